const rules = new Intl.PluralRules('en');
const digits = new Intl.NumberFormat('en');

/** "1,904" */
export function number(value: number): string {
  return digits.format(value);
}

/** "1 stack", "31 stacks" */
export function plural(value: number, one: string, other: string): string {
  return `${number(value)} ${rules.select(value) === 'one' ? one : other}`;
}
