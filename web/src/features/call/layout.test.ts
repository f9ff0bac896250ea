import { describe, expect, it } from "vitest";
import { GAP, gridLayout, pageSize, type Box, type Size } from "./layout";

const SCREENS: Record<string, Size> = {
  "small phone": { width: 304, height: 430 },
  "phone on its side": { width: 828, height: 330 },
  tablet: { width: 752, height: 880 },
  laptop: { width: 1424, height: 770 },
  "4K": { width: 3824, height: 2030 },
};

const overlap = (a: Box, b: Box) =>
  a.left < b.left + b.width - 0.01 &&
  b.left < a.left + a.width - 0.01 &&
  a.top < b.top + b.height - 0.01 &&
  b.top < a.top + a.height - 0.01;

describe.each(Object.entries(SCREENS))("a grid on a %s", (_name, screen) => {
  const most = pageSize(screen);

  it("keeps every tile inside, apart, readable and of one size for each number of people", () => {
    for (let count = 1; count <= most; count += 1) {
      const boxes = gridLayout(screen, count);
      expect(boxes).toHaveLength(count);
      const { width, height } = boxes[0] as Box;
      expect(width, `${count} people`).toBeGreaterThanOrEqual(100);
      expect(height, `${count} people`).toBeGreaterThanOrEqual(78);
      boxes.forEach((box, index) => {
        expect([box.width, box.height]).toEqual([width, height]);
        expect(box.left).toBeGreaterThanOrEqual(-0.01);
        expect(box.top).toBeGreaterThanOrEqual(-0.01);
        expect(box.left + width).toBeLessThanOrEqual(screen.width + 0.01);
        expect(box.top + height).toBeLessThanOrEqual(screen.height + 0.01);
        for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
      });
    }
  });

  it("centres a short last row", () => {
    const boxes = gridLayout(screen, 3);
    const left = Math.min(...boxes.map((box) => box.left));
    const right = Math.max(...boxes.map((box) => box.left + box.width));
    expect(left + right).toBeCloseTo(screen.width);
    const last = boxes.filter((box) => box.top === boxes[2]?.top);
    const middle = last.reduce((sum, box) => sum + box.left + box.width / 2, 0) / last.length;
    expect(middle).toBeCloseTo(screen.width / 2);
  });
});

describe("gridLayout", () => {
  it("stacks two people on an upright phone and sets them side by side on a laptop", () => {
    const [first, second] = gridLayout({ width: 374, height: 700 }, 2);
    expect(first?.left).toBe(second?.left);
    const [left, right] = gridLayout({ width: 1424, height: 770 }, 2);
    expect(left?.top).toBe(right?.top);
  });

  it("uses the room: four people on a laptop fill at least four fifths of it", () => {
    const screen = { width: 1424, height: 770 };
    const area = gridLayout(screen, 4).reduce((sum, box) => sum + box.width * box.height, 0);
    expect(area / (screen.width * screen.height)).toBeGreaterThan(0.8);
  });

  it("draws nothing before it is measured", () => {
    expect(gridLayout({ width: 0, height: 0 }, 3)).toEqual([]);
    expect(gridLayout({ width: 100, height: 100 }, 0)).toEqual([]);
  });
});

describe("pageSize", () => {
  it("shows 49 at most, also where more would fit", () => {
    expect(pageSize({ width: 3840, height: 2160 })).toBe(49);
  });

  it("shows at least one, also where none fits", () => {
    expect(pageSize({ width: 50, height: GAP })).toBe(1);
  });
});
