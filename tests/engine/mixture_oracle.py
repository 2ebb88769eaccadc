"""The learned mixture again, from its definition: dicts of counts, plain loops.

Shares no code with the package; reads views (`ExpertView`) as lists. Votes are rounded to
single precision as the package stores them, since the definition says so ("float32").
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict

import numpy as np

OFTEN = (1, 2, 4, 8, 17, 35, 71)
"""Largest number of sightings in each class but the last."""
MANY = {1: 0, 2: 1, 3: 2, 4: 2}
"""Class of the number of continuations; 3 from 5 on."""
FIRST_CLASS = 33
NOTHING = -2


class Store:
    """How often what followed which context: {context: {symbol: count}}."""

    def __init__(self):
        self.counts = defaultdict(lambda: defaultdict(int))

    def add(self, view, event, frames, step=1):
        for expert, frame in enumerate(frames):
            code, symbol = int(view.codes[event, expert]), int(view.symbols[event, frame])
            if code != 0 and symbol != NOTHING:
                self.counts[code][symbol] += step

    def seen(self, code):
        """What followed a context, {} where it never was (or there is none)."""
        found = self.counts.get(code, {}) if code != 0 else {}
        return {symbol: count for symbol, count in found.items() if count}


def confidence(followed):
    """Row of the weights for how often and in how many ways a context went on."""
    return 1 + 4 * bisect_left(OFTEN, sum(followed.values())) + MANY.get(len(followed), 3)


class Oracle:
    """A mixture with dicts; weights are {(row, column): weight}."""

    def __init__(self, frames, n_classes, options):
        self.frames, self.options = list(frames), options
        self.offsets = [FIRST_CLASS + sum(n_classes[:group]) for group in range(len(n_classes))]
        self.weights = defaultdict(float)
        for column in range(2 * len(self.frames)):
            self.weights[0, column] = options.first_weight
        self.long_term = Store()

    def count(self, views, step=1):
        for view in views:
            for event in range(len(view.came)):
                self.long_term.add(view, event, self.frames, step)

    def voters(self, short_term, view, event):
        """(column, rows of its weights, vote for each candidate) of all that have a say."""
        moment = [
            offset + int(number)
            for offset, number in zip(self.offsets, view.classes[event], strict=True)
        ]
        image = view.images[view.image_index[event]].tolist()
        for store, first in ((self.long_term, 0), (short_term, len(self.frames))):
            for expert, frame in enumerate(self.frames):
                followed = store.seen(int(view.codes[event, expert]))
                if followed:
                    votes = [self.vote(followed.get(symbol, 0)) for symbol in image[frame]]
                    yield first + expert, [0, confidence(followed), *moment], votes

    def vote(self, count):
        return float(np.float32(np.log1p(min(count, 65535) / self.options.smoothing)))

    def event(self, short_term, view, event):
        """Probabilities of the candidates, and the voters."""
        voters = list(self.voters(short_term, view, event))
        scores = [0.0] * view.images.shape[2]
        for column, rows, votes in voters:
            weight = sum(self.weights[row, column] for row in rows)
            scores = [score + weight * vote for score, vote in zip(scores, votes, strict=True)]
        shares = [math.exp(max(score - max(scores), -60.0)) for score in scores]
        return [share / sum(shares) for share in shares], voters

    def predict(self, view, spread=None, rate=0.0):
        """Distribution before every event; the weights learn where there is a `spread`."""
        short_term, rows = Store(), []
        for event, came in enumerate(view.came.tolist()):
            row, voters = self.event(short_term, view, event)
            rows.append(row)
            if came >= 0:
                if spread is not None:
                    self.step(row, voters, came, spread, rate)
                short_term.add(view, event, self.frames)
        return np.array(rows)

    def step(self, row, voters, came, spread, rate):
        """AdaGrad on the log-likelihood: up what spoke for what came, down what else."""
        for column, rows, votes in voters:
            gradient = votes[came] - sum(p * vote for p, vote in zip(row, votes, strict=True))
            for weight in rows:
                spread[weight, column] += gradient**2
                size = rate if weight == 0 else rate * self.options.fine_rate
                self.weights[weight, column] += size * gradient / spread[weight, column] ** 0.5

    def learn_weights(self, views):
        """Bits per event of each pass."""
        spread = defaultdict(lambda: self.options.spread)
        order, costs = np.random.default_rng(self.options.seed), []
        for number in range(self.options.n_passes):
            bits = []
            for place in order.permutation(len(views)):
                view = views[place]
                self.count([view], -1)
                rows = self.predict(view, spread, self.options.rate / 2**number)
                self.count([view])
                bits += [
                    -math.log2(row[came])
                    for row, came in zip(rows, view.came.tolist(), strict=True)
                    if came >= 0
                ]
            costs.append(sum(bits) / max(len(bits), 1))
        return costs

    def weight_table(self, shape):
        table = np.zeros(shape)
        for place, weight in self.weights.items():
            table[place] = weight
        return table
