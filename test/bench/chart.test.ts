/** The chart of a soak: every series, in its place, under an axis that holds it. */
import { expect, test } from '@jest/globals';
import { drawChart, niceStep, thinned } from '../../bench/soak/chart.ts';

const minute = Array.from({ length: 61 }, (_, second) => [second, second * 10] as const);
const panel = (points: readonly (readonly [number, number])[]) => ({
  title: 'Throughput',
  unit: 'per second',
  series: [{ name: 'calls <written>', points }],
});

const linesOf = (svg: string) =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) =>
    points!.split(' ').reduce<number[][]>((pairs, number, index) => {
      if (index % 2 === 0) pairs.push([]);
      pairs.at(-1)!.push(Number(number));
      return pairs;
    }, []),
  );

test('a series that grows runs from the lower left to the upper right, within the picture', () => {
  const [line] = linesOf(drawChart('Soak', [panel(minute)]));
  const [first, last] = [line![0]!, line!.at(-1)!];
  expect(last[0]!).toBeGreaterThan(first[0]! + 600);
  expect(last[1]!).toBeLessThan(first[1]! - 100);
  for (const [x, y] of line!) {
    expect(x! >= 0 && x! <= 800).toBe(true);
    expect(y! >= 0 && y! <= 236).toBe(true);
  }
});

test('ten times the values make another axis, not another line', () => {
  const [one, ten] = [minute, minute.map(([at, value]) => [at, value * 10] as const)].map((points) =>
    drawChart('Soak', [panel(points)]),
  );
  expect(linesOf(one!)).toEqual(linesOf(ten!));
  expect([one!.includes('>600</text>'), ten!.includes('>6,000</text>')]).toEqual([true, true]);
});

test('panels are below each other, with title, unit and legend, whose text is escaped', () => {
  const svg = drawChart('Soak', [panel(minute), { ...panel(minute), title: 'Memory', unit: 'MiB' }]);
  const [above, below] = linesOf(svg);
  expect(Math.min(...below!.map(([, y]) => y!))).toBeGreaterThan(Math.max(...above!.map(([, y]) => y!)));
  expect(svg).toContain('Memory (MiB)');
  expect(svg).toContain('calls &lt;written&gt;');
  expect(svg).not.toContain('<written>');
});

test('many points become few, and no peak is lost', () => {
  const points = Array.from({ length: 900 }, (_, second) => [second, second === 451 ? 99 : 1] as const);
  const some = thinned(points);
  expect(some.length).toBeLessThanOrEqual(200);
  expect(Math.max(...some.map(([, value]) => value))).toBe(99);
});

test.each([
  [1, 1],
  [3, 5],
  [21, 25],
  [0.3, 0.5],
  [600, 1_000],
])('the step of an axis that needs %d is %d', (least, step) => {
  expect(niceStep(least)).toBe(step);
});
