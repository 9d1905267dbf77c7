// The script that a chapter shows, with the settings of the moment: see demos/frame/source.py.

/**
 * Return a value as Python writes it.
 * @param {unknown} value
 * @param {string} kind "float", "int", "str", "bool" or "list[…]" of one
 * @returns {string}
 */
export function literal(value, kind) {
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, kind.replace(/^list\[(.*)\]$/, '$1'))).join(', ')}]`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  return kind === 'float' && Number.isInteger(value) ? `${value}.0` : String(value);
}

/**
 * Return a script with the settings filled in.
 * @param {{ text: string, kinds: Record<string, string> }} script
 * @param {Map<string, unknown>} settings
 */
export function filled({ text, kinds }, settings) {
  return Object.entries(kinds).reduce((done, [name, kind]) => done.replaceAll(`{{${name}}}`, literal(settings.get(name), kind)), text);
}
