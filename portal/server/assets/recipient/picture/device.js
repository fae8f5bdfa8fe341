// What the computer in the reader's hands bears: how many frames are kept, and whether they are fetched ahead.

const MEGABYTE = 1 << 20;

function isSmall() {
  return window.matchMedia("(pointer: coarse)").matches;
}

export function sparing() {
  return isSmall() || Boolean(navigator.connection && navigator.connection.saveData);
}

export function budget() {
  const little = isSmall() || (navigator.deviceMemory || 8) <= 4;
  return (little ? 128 : 384) * MEGABYTE;
}
