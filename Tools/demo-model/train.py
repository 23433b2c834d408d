#!/usr/bin/env python3
"""Trains the model through one stage (stages.py) on two CPU threads, for a time or a number of steps."""
import argparse
import math
import random
import time
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F

from examples import FULL_SAMPLES, IGNORED, Batch, Corpus, batches
from features import log_mel
from model import Model, Vocabulary
from stages import STAGES, Stage
from wer import errors, words

LOG_EVERY = 50
LONGEST_ANSWER = 100


def learning_rate(peak: float, step: int, warmup: int, progress: float) -> float:
    """Linear warm-up, then a cosine down to 3 % of the peak at the end of the stage."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(1, progress)))
    return peak * min(1, (step + 1) / warmup) * (0.97 * cosine + 0.03)


def ctc_loss(model: Model, audio: torch.Tensor, batch: Batch) -> torch.Tensor | float:
    """CTC on the encoder's real positions, over the examples whose text fits."""
    fits = [b for b, s in enumerate(batch.symbols) if s and len(s) * 1.3 < int(batch.positions[b])]
    if not fits:
        return 0.0
    real = audio[:, : batch.mel.shape[2] // 2].float()[fits]
    log_probs = F.log_softmax(model.ctc(real), -1).transpose(0, 1)
    symbols = torch.tensor([symbol for b in fits for symbol in batch.symbols[b]])
    lengths = torch.tensor([len(batch.symbols[b]) for b in fits])
    return F.ctc_loss(log_probs, symbols, batch.positions[fits], lengths, blank=0, zero_infinity=True)


def loss_of(model: Model, stage: Stage, batch: Batch, rng: random.Random, progress: float) -> tuple:
    """The loss, and its cross-entropy and CTC parts for the log."""
    stand_ins = stage.stand_ins if stage.stand_ins and rng.random() < stage.stand_ins_share else 0
    with torch.autocast("cpu", torch.bfloat16):
        audio, bias = model.encode(batch.mel, stand_ins)
        logits = model.decode(batch.inputs, audio, bias)
    entropy = F.cross_entropy(
        logits.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED, label_smoothing=0.05
    )
    weight = stage.ctc_weight * max(0, 1 - 1.15 * progress)
    ctc = ctc_loss(model, audio, batch) if weight > 0 else 0.0
    loss = entropy + weight * ctc
    return loss, float(entropy.detach()), float(torch.as_tensor(ctc).detach())


def window(audio: np.ndarray, full: bool, zeros: bool) -> torch.Tensor:
    """Log-mel with half a second of padding, or up to 30 s: 0.0 as faster-whisper pads, or silence."""
    if zeros:
        mel = log_mel(torch.from_numpy(np.pad(audio, (0, 480))))
        frames = 3000 if full else mel.shape[1] // 2 * 2 + 50
        return F.pad(mel, (0, frames - mel.shape[1]))
    samples = FULL_SAMPLES if full else -(-(len(audio) + 8000) // 320) * 320
    return log_mel(torch.from_numpy(np.pad(audio, (0, samples - len(audio)))))


@torch.no_grad()
def greedy(model: Model, vocabulary: Vocabulary, mel: torch.Tensor) -> str:
    """Greedy transcription without timestamps."""
    encoded, _ = model.encode(mel[None])
    tokens = [vocabulary.sot, vocabulary.no_timestamps]
    for _ in range(LONGEST_ANSWER):
        best = int(model.decode(torch.tensor([tokens]), encoded)[0, -1].argmax())
        if best == vocabulary.eot:
            break
        tokens.append(best)
    return vocabulary.tokenizer.decode([token for token in tokens if token < vocabulary.eot]).strip()


def score(model: Model, corpus: Corpus, clips: int, full: bool, zeros: bool) -> float:
    """Word error rate on the corpus's first clips; `full` and `zeros` as in `window`."""
    model.eval()
    wrong = total = 0
    for index in range(min(clips, len(corpus.records))):
        reference = words(corpus.records[index][0])
        mel = window(corpus.audio(index), full, zeros)
        wrong += errors(reference, words(greedy(model, corpus.vocabulary, mel)))
        total += len(reference)
    model.train()
    return wrong / total


class Clock:
    """How far a run is: by time, or by steps if a number of steps is given."""

    def __init__(self, hours: float, steps: int | None):
        self.seconds, self.steps, self.start = hours * 3600, steps, time.monotonic()

    def progress(self, step: int) -> float:
        """0 at the start, 1 or more at the end."""
        return step / self.steps if self.steps else (time.monotonic() - self.start) / self.seconds


def report(step: int, rate: float, entropy: float, ctc: float) -> None:
    """One line of the log."""
    print(f"step {step}: cross-entropy {entropy:.3f}, ctc {ctc:.3f}, learning rate {rate:.2e}", flush=True)


def run(model: Model, stage: Stage, train: Corpus, test: Corpus, options: argparse.Namespace) -> None:
    """The training loop."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01)
    rng, clock, queue, step = random.Random(options.seed), Clock(options.hours, options.steps), [], 0
    while (progress := clock.progress(step)) < 1:
        rate = learning_rate(options.rate, step, stage.warmup_steps, progress)
        for group in optimiser.param_groups:
            group["lr"] = rate
        queue = queue or batches(train, stage, rng, progress)
        loss, entropy, ctc = loss_of(model, stage, queue.pop(), rng, progress)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % LOG_EVERY == 0 or step == options.steps:
            report(step, rate, entropy, ctc)
        if stage.evaluate_every and step % stage.evaluate_every == 0:
            rate = score(model, test, 40, stage.full_window_scores, stage.zero_padding > 0)
            print(f"step {step}: word error rate {rate:.3f}", flush=True)
            save(model, options.out)


def save(model: Model, path: str) -> None:
    """Writes a checkpoint."""
    torch.save({"m": model.state_dict()}, path)


def resume(model: Model, path: str) -> None:
    """Loads a checkpoint; the CTC head starts anew, as it did in the original run."""
    weights = torch.load(path, weights_only=True)["m"]
    kept = {name: value for name, value in weights.items() if not name.startswith("ctc")}
    lacking, unknown = model.load_state_dict(kept, strict=False)
    if unknown or any(not name.startswith("ctc") for name in lacking):
        raise SystemExit(f"{path} is not a checkpoint of this model: lacking {lacking}, unknown {unknown}")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", type=int, choices=STAGES)
    parser.add_argument("out", help="checkpoint to write, e.g. work/stage1.pt")
    parser.add_argument("--resume", metavar="CHECKPOINT", help="weights to go on from (stages 2 and 3)")
    parser.add_argument("--work", default="work", help="folder with tokenizer.json, train.* and test.* (default work)")
    parser.add_argument("--hours", type=float, default=1.0, help="how long to train (default 1)")
    parser.add_argument("--steps", type=int, help="train this many steps instead")
    parser.add_argument("--batch", type=int, help="examples a batch instead of the stage's (for smoke.sh)")
    parser.add_argument("--rate", type=float, default=1.2e-3, help="peak learning rate (default 0.0012)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clips", type=int, default=100, help="test clips of the final score (default 100)")
    return parser.parse_args()


def main() -> None:
    """Entry point."""
    options = arguments()
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    torch.set_num_threads(options.threads)
    vocabulary = Vocabulary.load(f"{options.work}/tokenizer.json")
    model = Model(vocabulary.size)
    if options.resume:
        resume(model, options.resume)
    train, test = (Corpus(f"{options.work}/{name}", vocabulary) for name in ("train", "test"))
    print(f"stage {options.stage}: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters", flush=True)
    stage = STAGES[options.stage]
    if options.batch:
        stage = replace(stage, batch=options.batch)
    run(model, stage, train, test, options)
    save(model, options.out)
    for name, full in (("30 s windows", True), ("short windows", False)):
        rate = score(model, test, options.clips, full, stage.zero_padding > 0)
        print(f"word error rate, {name}: {rate:.3f}", flush=True)


if __name__ == "__main__":
    main()
