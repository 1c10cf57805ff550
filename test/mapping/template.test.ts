import { expect, test } from '@jest/globals';
import { render } from '../../src/mapping/template.ts';

const messages = {
  linesOmitted: '[… {count} lines omitted …]',
  charactersOmitted: '[… {count} characters omitted …]',
};
const text = (template: string, view: object, maxLength?: number) =>
  render(template, {
    view: view as Record<string, unknown>,
    field: maxLength ? { maxLength } : {},
    messages,
  });
const html = (template: string, view: object, maxLength = 65_536) =>
  render(template, { view: view as Record<string, unknown>, field: { markup: 'html', maxLength }, messages });

test('placeholders are filled from paths, keys with spaces too', () => {
  expect(text('Promised {{data.Payment Amount}}', { data: { 'Payment Amount': '1200' } })).toBe(
    'Promised 1200',
  );
});

test('of several paths the first that holds a value counts', () => {
  expect(text('{{name | phone}}', { name: '', phone: '+52' })).toBe('+52');
});

test('a line whose placeholders are empty is dropped, a plain line stays', () => {
  expect(text('Call\nTags: {{tags}}\nStatus: {{status}}', { tags: [], status: 'x' })).toBe('Call\nStatus: x');
});

test('a template without any value is nothing', () => {
  expect(text('Hello {{name}}', {})).toBeUndefined();
});

test('structures become a line for each entry', () => {
  expect(text('{{data}}', { data: { Monto: '5', Nota: null, Lista: ['a', 'b'] } })).toBe(
    'Monto: 5\nLista: a, b',
  );
});

test('foreign text cannot become markup', () => {
  expect(html('<b>{{name}}</b>', { name: '<script>alert("1")</script> & Söhne' })).toBe(
    '&lt;b&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Söhne&lt;/b&gt;',
  );
});

test('lines of HTML are divided by <br>', () => {
  expect(html('{{a}}\n{{b}}', { a: 1, b: 2 })).toBe('1<br>2');
});

test('a long transcript loses its middle, says how much, and fits', () => {
  const turns = Array.from({ length: 500 }, (_, index) => `Turn ${index}: <así es>`).join('\n');
  const body = html('Top: {{top}}\n{{turns}}', { top: 'x', turns }, 2_000)!;
  expect(body.length).toBeLessThanOrEqual(2_000);
  expect(body.startsWith('Top: x<br>Turn 0:')).toBe(true);
  expect(body.endsWith('Turn 499: &lt;así es&gt;')).toBe(true);
  expect(body).toMatch(/\[… \d+ lines omitted …\]/);
});

test('one very long line is shortened in its middle, never through an escape', () => {
  const body = html('{{line}}', { line: '<&>'.repeat(10_000) }, 1_000)!;
  expect(body.length).toBeLessThanOrEqual(1_000);
  expect(body.replaceAll(/&(lt|gt|amp);/g, '')).toBe('[… 29776 characters omitted …]');
});
