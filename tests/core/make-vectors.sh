#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the test vectors of the unlock cryptogram and of sealing with the openssl command, which
# shares no line with our use of the library. All values are made up and public.
#
#   make-vectors.sh           prints tests/core/vectors.ini
#   make-vectors.sh unlock    prints data/api/unlock-vector.txt
#
# The command has no AES-256-GCM. GCM is AES in counter mode from IV||00000002 on, and a tag: the
# command makes the key stream and the two blocks that the tag needs; GHASH (SP 800-38D, 6.4) is
# done here.
set -euo pipefail

serial=0123456789ABCDEF01234567
version=01
master=101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F
challenge=A0A1A2A3A4A5A6A7A8A9AAABACADAEAF

app_private=0101010101010101010101010101010101010101010101010101010101010102
static_private=2122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F40
ephemeral_private=F1E2D3C4B5A69788796A5B4C3D2E1F00102132435465768798A9BACBDCEDFE0F

session=session-1
operation=operation-1
handover_context="pin:$serial"
plain=492751

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

unhex () { local hex=$1; [ -z "$hex" ] || printf '%b' "$(sed 's/../\\x&/g' <<<"$hex")"; }
hex () { od -An -v -tx1 | tr -d ' \n' | tr 'a-f' 'A-F'; }
hex_text () { printf '%s' "$1" | hex; }

card_key=$(openssl kdf -keylen 32 -binary -kdfopt mac:CMAC -kdfopt cipher:AES-256-CBC \
  -kdfopt mode:COUNTER -kdfopt "hexkey:$master" -kdfopt "salt:CARD-UNLOCK-1" \
  -kdfopt "hexinfo:$serial$version" KBKDF | hex)
cryptogram=$(unhex "$(hex_text EA1)$challenge$serial" |
  openssl mac -binary -cipher AES-256-CBC -macopt "hexkey:$card_key" CMAC | hex)

if [ "${1:-}" = unlock ]; then
  cat <<END
Test vector of the unlock (all numbers in hexadecimal, made with the openssl command)

K_card = KBKDF (SP 800-108, counter mode, CMAC with AES-256, separator and length field on;
         key = master key, label = "CARD-UNLOCK-1", context = serial || key version, 32 bytes)
T      = CMAC with AES-256 (K_card, "EA1" || R || serial)

master key   $master
serial       $serial
key version  $version
K_card       $card_key
R            $challenge
T            $cryptogram
END
  exit 0
fi

# PKCS #8 and SubjectPublicKeyInfo of X25519 (RFC 8410) have fixed beginnings.
private_der () { unhex "302E020100300506032B656E04220420$1"; }
public_of () { private_der "$1" | openssl pkey -inform DER -pubout -outform DER | tail -c 32 | hex; }
agree ()
{
  private_der "$1" >"$folder/own"
  unhex "302A300506032B656E032100$2" >"$folder/peer"
  openssl pkeyutl -derive -keyform DER -inkey "$folder/own" -peerform DER -peerkey "$folder/peer" |
    hex
}
hkdf ()
{
  openssl kdf -keylen 44 -binary -kdfopt digest:SHA256 -kdfopt "hexkey:$1" \
    -kdfopt "hexsalt:$2" -kdfopt "hexinfo:$3" HKDF | hex
}
ctr () { unhex "$3" | openssl enc -aes-256-ctr -K "$1" -iv "$2" | hex; }
gcm ()
{
  local key=${1:0:64} iv=${1:64:24} associated=$2 text=$3 cipher_text h mask
  cipher_text=$(ctr "$key" "${iv}00000002" "$text")
  h=$(unhex 00000000000000000000000000000000 | openssl enc -aes-256-ecb -nopad -K "$key" | hex)
  mask=$(ctr "$key" "${iv}00000001" 00000000000000000000000000000000)
  printf '%s' "$cipher_text"
  python3 - "$h" "$mask" "$associated" "$cipher_text" <<'END'
import sys
h, mask = (int (text, 16) for text in sys.argv[1:3])
a, c = (bytes.fromhex (text) for text in sys.argv[3:5])
pad = lambda data: data + bytes (-len (data) % 16)
blocks = pad (a) + pad (c) + (8 * len (a)).to_bytes (8, 'big') + (8 * len (c)).to_bytes (8, 'big')
y = 0
for i in range (0, len (blocks), 16):
    x, v, y = y ^ int.from_bytes (blocks[i:i + 16], 'big'), h, 0
    for bit in range (127, -1, -1):
        y ^= v if x >> bit & 1 else 0
        v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
print (f'{y ^ mask:032X}', end='')
END
}

app_public=$(public_of $app_private)
static_public=$(public_of $static_private)
ephemeral_public=$(public_of $ephemeral_private)

context=$(hex_text "$session")00$(hex_text "$operation")00$(hex_text "$serial")
disclose_shared=$(agree $app_private "$ephemeral_public")$(agree $app_private "$static_public")
disclose_key=$(hkdf "$disclose_shared" "$app_public$ephemeral_public" \
  "$(hex_text ILKIMZA-DISCLOSE-1)00$context")
disclose_sealed=$(gcm "$disclose_key" "$context" "$(hex_text $plain)")

handover_shared=$(agree $ephemeral_private "$static_public")
handover_key=$(hkdf "$handover_shared" "$ephemeral_public$static_public" \
  "$(hex_text ILKIMZA-HANDOVER-1)00$(hex_text "$handover_context")")
handover_cipher=$(gcm "$handover_key" "$(hex_text "$handover_context")" "$(hex_text $plain)")

aead_iv=C0C1C2C3C4C5C6C7C8C9CACB
aead_sealed=$aead_iv$(gcm "$master$aead_iv" "$(hex_text holder)" "$(hex_text $plain)")
aead_empty=$aead_iv$(gcm "$master$aead_iv" "" "")

cat <<END
# Made by make-vectors.sh with the openssl command; not to be changed by hand.

[Unlock]
MasterKey=$master
Serial=$serial
KeyVersion=$version
CardKey=$card_key
Challenge=$challenge
Cryptogram=$cryptogram

[Keys]
AppPrivate=$app_private
AppPublic=$app_public
StaticPrivate=$static_private
StaticPublic=$static_public
EphemeralPrivate=$ephemeral_private
EphemeralPublic=$ephemeral_public

[Disclosure]
Session=$session
Operation=$operation
Context=$context
Plain=$plain
Sealed=$disclose_sealed

[HandOver]
Context=$handover_context
Plain=$plain
Sealed=$ephemeral_public$handover_cipher

[Aead]
AssociatedData=holder
Plain=$plain
Sealed=$aead_sealed
SealedEmpty=$aead_empty
END
