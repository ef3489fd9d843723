/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the pages can do besides, when scripts run: every page works without. */
'use strict';

(function () {
  function say (text) {
    const place = document.getElementById ('duyuru');

    if (place)
      place.textContent = text;
  }

  /* Against the clock, not by counting calls: a tab in the background is called rarely. */
  function countDown (seconds, everySecond, over) {
    const end = performance.now () + seconds * 1000;
    const timer = setInterval (step, 250);

    function step () {
      const left = Math.max (0, Math.ceil ((end - performance.now ()) / 1000));

      everySecond (left);
      if (left === 0) {
        clearInterval (timer);
        over ();
      }
    }
  }

  function watchCode () {
    const place = document.getElementById ('kalan-sure');

    if (!place)
      return;
    countDown (Number (place.dataset.seconds), function (left) {
      const number = place.querySelector ('.seconds');
      const text = String (left);

      if (number && number.textContent !== text)
        number.textContent = text;
      /* Told to who can't see it at 60 and 10 seconds, and not each second. */
      if ((left === 60 || left === 10) && place.dataset.told !== text) {
        place.dataset.told = text;
        say (place.textContent);
      }
    }, function () {
      const code = document.getElementById ('kod');
      const copy = document.getElementById ('kopyala');

      place.textContent = place.dataset.over;
      place.classList.add ('over');
      code.textContent = '–';
      if (copy) {
        copy.hidden = true;
        document.getElementById ('kopyalandi').textContent = '';
      }
      say (place.dataset.over);
    });
  }

  function watchLink () {
    const link = document.getElementById ('ac');
    const note = document.getElementById ('ac-ipucu');

    if (!link)
      return;
    countDown (Number (link.dataset.seconds), function () {}, function () {
      link.removeAttribute ('href');
      link.setAttribute ('aria-disabled', 'true');
      note.textContent = note.dataset.over;
    });
  }

  function watchCopy () {
    const button = document.getElementById ('kopyala');

    if (!button || !navigator.clipboard)
      return;
    button.hidden = false;
    button.addEventListener ('click', function () {
      const digits = document.getElementById ('kod').textContent.replace (/[^0-9]/g, '');

      navigator.clipboard.writeText (digits).then (function () {
        document.getElementById ('kopyalandi').textContent = button.dataset.copied;
      });
    });
  }

  function addShow (input) {
    const button = document.createElement ('button');

    button.type = 'button';
    button.className = 'show';
    button.textContent = input.dataset.show;
    button.setAttribute ('aria-controls', input.id);
    button.setAttribute ('aria-pressed', 'false');
    button.addEventListener ('click', function () {
      const hidden = input.type === 'password';

      input.type = hidden ? 'text' : 'password';
      button.textContent = hidden ? input.dataset.hide : input.dataset.show;
      button.setAttribute ('aria-pressed', String (hidden));
    });
    input.insertAdjacentElement ('afterend', button);
  }

  watchCode ();
  watchLink ();
  watchCopy ();
  document.querySelectorAll ('input[data-show]').forEach (addShow);
  /* Words that are shown are hidden again before a browser may keep them. */
  document.querySelectorAll ('form').forEach (function (form) {
    form.addEventListener ('submit', function () {
      form.querySelectorAll ('input[data-show]').forEach (function (input) {
        input.type = 'password';
      });
    });
  });
}) ();
