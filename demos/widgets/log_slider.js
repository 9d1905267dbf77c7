// One LogSlider. Raises 'input'.
/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const text = element.querySelector('input[type=text]');
  const range = element.querySelector('input[type=range]');
  const [low, high] = [Math.log10(props.minimum), Math.log10(props.maximum)];
  // Gradio may render the template again: what it does not hold (the value) is painted here only.

  const written = (value) => (value >= 1e-3 || value === 0 ? String(Number(value.toPrecision(4))) : value.toExponential().replace('e-', 'e−')).replace('−', '-');
  // Two significant digits while dragging: 0.0013, not 0.00129734.
  const rounded = (value) => {
    const number = Number(value.toPrecision(2));
    return Math.min(props.maximum, Math.max(props.minimum, props.integer ? Math.round(number) : number));
  };

  function paint() {
    if (document.activeElement !== text) text.value = written(Number(props.value));
    range.value = Math.log10(props.value);
    range.setAttribute('aria-valuetext', written(Number(props.value)));
    text.removeAttribute('aria-invalid');
  }

  function set(value) {
    if (value === props.value) return;
    props.value = value;
    paint();
    trigger('input');
  }

  range.addEventListener('input', () => {
    text.value = written(rounded(10 ** range.value));
    set(rounded(10 ** range.value));
  });
  range.addEventListener('keydown', (event) => {
    // Three stops per power of ten: 1, 2, 5.
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    const stops = [];
    for (let power = Math.floor(low); power <= Math.ceil(high); power += 1) {
      for (const digit of [1, 2, 5]) stops.push(Number(`${digit}e${power}`));
    }
    const next = direction > 0 ? stops.find((stop) => stop > props.value * 1.0001) : stops.findLast((stop) => stop < props.value * 0.9999);
    if (next !== undefined) { set(rounded(next)); text.value = written(Number(props.value)); }
  });
  text.addEventListener('input', () => {
    const value = Number(text.value.replace(',', '.'));
    const good = text.value.trim() !== '' && Number.isFinite(value) && value >= props.minimum && value <= props.maximum
      && (!props.integer || Number.isInteger(value));
    text.setAttribute('aria-invalid', String(!good));
    text.title = good ? '' : `${props.minimum} … ${props.maximum}`;
    if (good) set(value);
  });
  text.addEventListener('blur', () => paint());
  watch('value', paint);
  paint();
}
