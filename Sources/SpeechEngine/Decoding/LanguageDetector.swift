/// Which language a window is in: how likely the model finds each language's token behind the start of transcript.
struct LanguageDetector {
  let decoder: TextDecoder
  private var model: WhisperModel { decoder.model }

  /// - Parameter cache: holds the window's sound; its tokens are forgotten.
  /// - Returns: the likeliest language and its probability among all, 0...1.
  func detect(_ cache: WindowCache) -> (language: String, probability: Float) {
    cache.rewind()
    let logits = decoder.forward([.init(cache: cache, tokens: [model.special.startOfTranscript])])
    cache.rewind()
    let known = model.special.languages.sorted { $0.value < $1.value }
    let own = known.map { logits[$0.value] }
    let best = own.indices.max { own[$0] < own[$1] } ?? 0
    return (known[best].key, LogSoftmax.probability(of: best, in: own, decoder.compute.kernels))
  }

  /// Looks at one window after the other until one is sure; else what most windows say.
  /// - Parameter next: puts the sound of the next window into a cache, nil behind the last.
  func vote(threshold: Float, next: () throws -> WindowCache?) rethrows -> (language: String, probability: Float) {
    var votes: [(language: String, probabilities: [Float])] = []
    while let cache = try next() {
      let found = detect(cache)
      if found.probability > threshold { return found }
      if let index = votes.firstIndex(where: { $0.language == found.language }) {
        votes[index].probabilities.append(found.probability)
      } else {
        votes.append((found.language, [found.probability]))
      }
    }
    // Of languages with as many votes the one that was named first.
    guard let most = votes.map(\.probabilities.count).max(),
      let winner = votes.first(where: { $0.probabilities.count == most })
    else { return ("en", 0) }
    return (winner.language, winner.probabilities.max() ?? 0)
  }
}
