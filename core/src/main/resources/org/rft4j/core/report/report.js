"use strict";
(() => {
  const plots = [...document.querySelectorAll(".plot")].map((element) => ({
    element,
    cursor: element.querySelector(".cursor"),
    tip: element.querySelector(".tip"),
    data: JSON.parse(element.querySelector("script").textContent),
  }));

  // steps rise, so the nearest one is found by halving
  const nearest = (steps, step) => {
    let low = 0;
    let high = steps.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (steps[middle] <= step) low = middle;
      else high = middle;
    }
    return Math.abs(steps[low] - step) <= Math.abs(steps[high] - step) ? low : high;
  };

  const row = (name, value) => {
    const line = document.createElement("div");
    const label = document.createElement("span");
    label.textContent = name;
    const number = document.createElement("b");
    number.textContent = value;
    line.append(label, number);
    return line;
  };

  const hide = () => plots.forEach(({ cursor, tip }) => { cursor.style.display = tip.style.display = "none"; });

  const show = (plot, x) => {
    const { from, to, curves } = plot.data;
    const wanted = from + Math.min(1, Math.max(0, x / plot.element.clientWidth)) * (to - from);
    const indices = curves.map((curve) => nearest(curve.steps, wanted));
    const step = curves[0].steps[indices[0]];
    const share = (step - from) / (to - from);
    plots.forEach((each) => {
      each.cursor.style.display = "block";
      each.cursor.style.left = share * 100 + "%";
      if (each !== plot) each.tip.style.display = "none";
    });
    const rows = curves.map((curve, i) => row(curve.name, curve.values[indices[i]]));
    plot.tip.replaceChildren(row("step", step.toLocaleString("en")), ...rows);
    plot.tip.style.display = "block";
    plot.tip.style.left = share < 0.5 ? `calc(${share * 100}% + 10px)` : "auto";
    plot.tip.style.right = share < 0.5 ? "auto" : `calc(${(1 - share) * 100}% + 10px)`;
  };

  plots.forEach((plot) => {
    const move = (event) => show(plot, event.clientX - plot.element.getBoundingClientRect().left);
    plot.element.addEventListener("pointermove", move);
    plot.element.addEventListener("pointerdown", move);
    plot.element.addEventListener("pointerleave", hide);
  });
})();
