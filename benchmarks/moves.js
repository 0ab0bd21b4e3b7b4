// Moves the first control of a view, `count` times, and lays the page out: milliseconds a move.
(view, count) => {
  const wanted = "input[type=range], select:has(option + option), input[type=radio]";
  const control = view.querySelector(wanted);
  const radios = control?.type === "radio" ? [...document.getElementsByName(control.name)] : [];
  const times = [];
  for (let move = 0; control && move < count; move += 1) {
    const begun = performance.now();
    if (radios.length) radios[(move + 1) % radios.length].click();
    else {
      if (control.type === "range") control[move % 2 ? "stepDown" : "stepUp"]();
      else control.selectedIndex = (control.selectedIndex + 1) % control.length;
      for (const kind of ["input", "change"]) {
        control.dispatchEvent(new Event(kind, { bubbles: true }));
      }
    }
    view.getBoundingClientRect();
    times.push(performance.now() - begun);
  }
  return times;
}
