/** Line charts as SVG: panels below each other that share an axis of time. Readable on light and dark ground. */

export interface Series {
  readonly name: string;
  /** Seconds and value, by time. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
}

const WIDTH = 800;
const LEFT = 64;
const RIGHT = 16;
const PLOT_HEIGHT = 150;
/** Of the title and the legend above each plot, and of the axis below it. */
const ABOVE = 52;
const BELOW = 34;
const MOST_POINTS = 200;
const TICKS = 4;
/** Colours of middle brightness, told apart by people who are colour-blind too. */
const COLOURS = ['#2f81c9', '#d9762b', '#2a9d74', '#a668c9', '#c94f5d', '#8a8f3c'];
const INK = '#7d848c';

export function drawChart(title: string, panels: readonly Panel[]): string {
  const seconds = Math.max(1, ...panels.flatMap(({ series }) => series.flatMap(lastSecond)));
  const height = panels.length * (ABOVE + PLOT_HEIGHT + BELOW);
  const drawn = panels.map((panel, index) => draw(panel, index * (ABOVE + PLOT_HEIGHT + BELOW), seconds));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escaped(title)}</title>`,
    ...drawn.flat(),
    '</svg>\n',
  ].join('\n');
}

function draw({ title, unit, series }: Panel, top: number, seconds: number): string[] {
  const from = top + ABOVE;
  const to = from + PLOT_HEIGHT;
  const largest = Math.max(1, ...series.flatMap(({ points }) => points.map(([, value]) => value)));
  const step = niceStep(largest / TICKS);
  const highest = Math.ceil(largest / step) * step;
  const x = (second: number) => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => to - (value / highest) * PLOT_HEIGHT;
  const lines: string[] = [
    `<text x="${LEFT}" y="${top + 20}" font-weight="600">${escaped(`${title} (${unit})`)}</text>`,
    ...legend(series, top + 40),
  ];
  for (let value = 0; value <= highest; value += step) {
    lines.push(
      `<path d="M${LEFT} ${round(y(value))}H${WIDTH - RIGHT}" stroke="${INK}" stroke-opacity=".25"/>`,
    );
    lines.push(
      `<text x="${LEFT - 8}" y="${round(y(value) + 4)}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    );
  }
  const minutes = niceStep(seconds / 60 / 10);
  for (let minute = 0; minute * 60 <= seconds; minute += minutes) {
    const label = minute === 0 ? '0 min' : `${minute}`;
    lines.push(`<text x="${round(x(minute * 60))}" y="${to + 18}" text-anchor="middle">${label}</text>`);
  }
  for (const [index, { points }] of series.entries()) {
    const path = thinned(points).map(([second, value]) => `${round(x(second))} ${round(y(value))}`);
    lines.push(
      `<polyline points="${path.join(' ')}" fill="none" stroke="${colour(index)}" stroke-width="1.8"/>`,
    );
  }
  return lines;
}

function legend(series: readonly Series[], y: number): string[] {
  let x = LEFT;
  return series.flatMap(({ name }, index) => {
    const at = x;
    x += 32 + name.length * 7;
    return [
      `<path d="M${at} ${y - 4}h16" stroke="${colour(index)}" stroke-width="3"/>`,
      `<text x="${at + 22}" y="${y}">${escaped(name)}</text>`,
    ];
  });
}

const colour = (index: number) => COLOURS[index % COLOURS.length]!;

const round = (value: number) => Number(value.toFixed(1));

const lastSecond = ({ points }: Series) => points.at(-1)?.[0] ?? 0;

/** 1, 2, 2.5 or 5 times a power of ten, at least as much. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
}

/** So many points as can be told apart; each is the largest of those it stands for: peaks are what is looked for. */
export function thinned(points: Series['points'], most = MOST_POINTS): Series['points'] {
  const each = Math.ceil(points.length / most);
  if (each <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const some = points.slice(index * each, (index + 1) * each);
    return [some[0]![0], Math.max(...some.map(([, value]) => value))] as const;
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
