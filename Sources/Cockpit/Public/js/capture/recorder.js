// The microphone, cut into parts of a second that are on this phone before anybody is told that they are saved.
import { digest, keep, tell } from "./store.js";

const WANTED = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true };

export class Recorder {
  /** `recording` is its row; `on` is told: heard(peak, power), kept(parts), lost(), full(). */
  constructor({ id, chunks, frames }, on) {
    Object.assign(this, { id, next: chunks, frames, on, blocks: [], size: 0, waiting: [], step: 16000 });
    // A page that may go away does not wait for the second to be full.
    for (const sign of ["beforeunload", "visibilitychange", "pagehide"]) addEventListener(sign, () => this.cut());
  }

  get seconds() { return this.frames / 16000; }

  /** Parts are as short as live words like them, `wanted` ms, while the server keeps up with them. */
  pace(wanted, behind) { this.step = behind > 3 ? 16000 : Math.min(16000, wanted * 16); }

  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
    const context = this.context = new AudioContext();
    await context.audioWorklet.addModule("/js/capture/pcm.js");
    this.node = new AudioWorkletNode(context, "pcm", { channelCount: 1, channelCountMode: "explicit" });
    this.node.port.onmessage = ({ data }) => this.take(data);
    context.createMediaStreamSource(this.stream).connect(this.node).connect(context.destination);
    context.onstatechange = () => { if (context.state === "suspended") context.resume(); };
    this.stream.getAudioTracks()[0].onended = () => this.on.lost();
  }

  take({ pcm, peak, power, last }) {
    this.blocks.push(pcm);
    this.size += pcm.length;
    this.frames += pcm.length;
    if (last || this.size >= this.step) this.cut();
    if (last) this.paused();
    else this.on.heard(peak, power);
  }

  cut() {
    const pcm = new Int16Array(this.size);
    this.blocks.reduce((at, block) => (pcm.set(block, at), at + block.length), 0);
    [this.blocks, this.size] = [[], 0];
    if (pcm.length) this.waiting.push({ n: this.next++, pcm: pcm.buffer, frames: this.frames });
    this.write();
  }

  /** Writes what waits, in order; what could not be written is tried again. */
  write() {
    return (this.writing ??= this.writeAll().catch(() => {
      setTimeout(() => this.write(), 3000);
      this.on.full();
    }).finally(() => { this.writing = null; }));
  }

  async writeAll() {
    for (let part; (part = this.waiting[0]); this.waiting.shift()) {
      part.sha256 ??= await digest(part.pcm);
      await keep(this.id, part);
      this.on.kept(part.n + 1);
      tell({ what: "kept", id: this.id });
    }
  }

  /** True when all that was spoken is on this phone. */
  async pause() {
    if (this.context?.state === "running") await new Promise((done) => {
      this.paused = done;
      this.node.port.postMessage(false);
      setTimeout(done, 1000);
    });
    this.cut();
    await this.write();
    return !this.waiting.length;
  }

  resume() { this.node.port.postMessage(true); }

  /** Pauses, and lets go of the microphone. */
  async release() {
    const isKept = await this.pause();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    await this.context?.close();
    this.context = this.stream = null;
    return isKept;
  }
}
