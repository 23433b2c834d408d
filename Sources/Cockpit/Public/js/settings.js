// Scripts read the keyboard's switch without a cookie.
localStorage.keys = document.body.dataset.keys ?? "on";
