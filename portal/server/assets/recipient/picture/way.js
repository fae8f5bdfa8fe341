// How a picture lies: mirrored or not, then turned by quarters clockwise, as in Scanshelf's own viewer
// (`viewer/rendering/view_state.py`, `viewer/rendering/edge_letters.py`).

export const UPRIGHT = Object.freeze({ quarters: 0, mirrored: false });

/** Exchange left and right of what is seen. */
export function mirrored(way) {
  return { quarters: (4 - way.quarters) % 4, mirrored: !way.mirrored };
}

/** Exchange top and bottom of what is seen. */
export function flipped(way) {
  return { quarters: (6 - way.quarters) % 4, mirrored: !way.mirrored };
}

/** Turn what is seen clockwise by quarters; less than none is the other way. */
export function turned(way, quarters) {
  return { ...way, quarters: (way.quarters + quarters + 4) % 4 };
}

/** A direction of the picture as it runs on the screen. */
export function onScreen(way, [right, down]) {
  let [x, y] = way.mirrored ? [-right, down] : [right, down];
  for (let turn = 0; turn < way.quarters; turn += 1) [x, y] = [-y, x];
  return [x, y];
}

/** A direction of the screen as it runs in the picture. */
export function inPicture(way, [right, down]) {
  let [x, y] = [right, down];
  for (let turn = 0; turn < way.quarters; turn += 1) [x, y] = [y, -x];
  return way.mirrored ? [-x, y] : [x, y];
}

/** Two sides of the picture, or of the screen, as the other sees them. */
export function sides(way, [width, height]) {
  return way.quarters % 2 ? [height, width] : [width, height];
}

/** The letters at the picture's left, top, right and bottom edge as they lie on the screen. */
export function edgesOnScreen(way, [left, top, right, bottom]) {
  const towards = (direction) => {
    const [x, y] = inPicture(way, direction);
    if (Math.abs(x) > Math.abs(y)) return x > 0 ? right : left;
    return y > 0 ? bottom : top;
  };
  return [[-1, 0], [0, -1], [1, 0], [0, 1]].map(towards);
}
