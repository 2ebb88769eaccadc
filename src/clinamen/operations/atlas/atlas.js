{
  const places = [...document.querySelectorAll("a.place")];
  const told = new Map(
    places.map((place) => [place, document.querySelector(place.getAttribute("href"))]),
  );
  const first = document.querySelector(".place-told");
  let chosen = null;

  const show = (article) => {
    for (const each of told.values()) each.hidden = each !== article;
  };
  const choose = (place) => {
    chosen?.removeAttribute("aria-current");
    chosen = place;
    chosen?.setAttribute("aria-current", "true");
    if (chosen) show(told.get(chosen));
  };
  const reach = (place) => {
    for (const each of places) each.tabIndex = each === place ? 0 : -1;
  };

  // The next cell in which somebody has been, in a straight line if there is one, else nearest.
  const next = (from, dx, dy) => {
    const [x, y] = [+from.dataset.x, +from.dataset.y];
    const far = (place) => {
      const [over, up] = [place.dataset.x - x, place.dataset.y - y];
      const ahead = over * dx + up * dy;
      return ahead > 0 ? ahead + 3 * Math.abs(over * dy + up * dx) : Infinity;
    };
    const best = places.reduce((a, b) => (far(b) < far(a) ? b : a));
    return far(best) < Infinity ? best : from;
  };
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  for (const place of places) {
    place.addEventListener("pointerenter", () => chosen ?? show(told.get(place)));
    place.addEventListener("focus", () => {
      reach(place);
      if (!chosen) show(told.get(place));
    });
    place.addEventListener("click", (event) => {
      event.preventDefault();
      const isAgain = chosen === place;
      choose(isAgain ? null : place);
      if (!isAgain && event.detail === 0) told.get(place).focus();
    });
    place.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      choose(null);
      next(place, ...step).focus();
    });
  }
  for (const link of document.querySelectorAll("a.to-place")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const place = places.find((each) => each.getAttribute("href") === link.getAttribute("href"));
      choose(place);
      reach(place);
      const article = told.get(place);
      article.scrollIntoView({ block: "nearest" });
      article.focus({ preventScroll: true });
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !chosen) return;
    const was = chosen;
    choose(null);
    if (told.get(was).contains(document.activeElement)) was.focus();
  });

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      return true;
    } catch {
      text.closest("details").open = true;
      getSelection().selectAllChildren(text);
      return false;
    }
  };
  for (const button of document.querySelectorAll("button.copy")) {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!(await copy(button.closest("article").querySelector("pre")))) return;
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = words), 2000);
    });
  }

  if (places.length) {
    document.documentElement.classList.add("live");
    reach(places.find((each) => told.get(each) === first) ?? places[0]);
    show(first);
  }
}
