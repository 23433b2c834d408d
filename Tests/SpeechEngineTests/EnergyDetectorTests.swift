import Foundation
import SpeechEngine
import Testing

@Suite("The built-in detector")
struct EnergyDetectorTests {
  let detector: VoiceActivityDetector

  init() throws { detector = try VoiceActivityDetector() }

  func noise(_ seconds: Double, decibels: Float, seed: UInt32 = 5) -> [Float] {
    // Uniform noise of peak 1 has -4.77 dB.
    let gain = pow(10, (decibels + 4.77) / 20)
    return VoiceActivityGolden.Part.noise(Int(seconds * 16_000), seed: seed).map { Float($0) * gain }
  }

  func tone(_ hertz: Double, seconds: Double, level: Float) -> [Float] {
    (0..<Int(seconds * 16_000)).map { level * Float(sin(2 * .pi * hertz * Double($0) / 16_000)) }
  }

  func share(_ samples: [Float]) throws -> Double {
    let scores = try detector.scores(of: samples)
    #expect(scores.count == samples.count / 512 + 1)
    return Double(scores.count { $0 >= 0.5 }) / Double(scores.count)
  }

  @Test("silence, a constant offset and steady noise of any level hold no speech") func steady() throws {
    #expect(detector.kind == .builtIn)
    #expect(try share([Float](repeating: 0, count: 160_000)) == 0)
    #expect(try detector.speech(in: [Float](repeating: 0.5, count: 160_000)).isEmpty)
    for level in [-80, -60, -40, -20] as [Float] {
      #expect(try detector.speech(in: noise(20, decibels: level)).isEmpty, "\(level) dB")
    }
    let hum = zip(tone(50, seconds: 20, level: 0.1), tone(150, seconds: 20, level: 0.05)).map { $0 + $1 }
    #expect(try share(hum) < 0.02)
  }

  @Test("no samples and less than a window hold no speech") func short() throws {
    #expect(try detector.speech(in: []).isEmpty)
    #expect(try detector.speech(in: [0.1]).isEmpty)
    #expect(try detector.scores(of: []).count == 1)
  }

  @Test("every sentence is kept from its first to its last word") func clips() throws {
    let silero = try VoiceActivityDetector(silero: VoiceActivityGolden.silero)
    for index in 0..<40 {
      let samples = try AudioClip(contentsOf: Goldens.audio(String(format: "note%03d", index))).samples
      let kept = Set(try detector.speech(in: samples).flatMap { $0 })
      let scores = try silero.scores(of: samples)
      let speech = scores.indices.filter { scores[$0] >= 0.5 && $0 * 512 < samples.count }
      #expect(!speech.isEmpty && speech.allSatisfy { kept.contains($0 * 512) }, "note \(index)")
    }
  }

  /// Ten sentences with pauses of 1 to 5.5 s, and the windows that Silero finds speech in.
  func conversation() throws -> (sound: [Float], speech: [Bool]) {
    var sound: [Float] = []
    for index in 0..<10 {
      sound += try AudioClip(contentsOf: Goldens.audio(String(format: "note%03d", index))).samples
      sound += [Float](repeating: 0, count: 16_000 + 8_000 * index)
    }
    let silero = try VoiceActivityDetector(silero: VoiceActivityGolden.silero)
    return (sound, try silero.scores(of: sound).map { $0 >= 0.5 })
  }

  @Test("agrees with Silero on sentences with pauses, clean and soft over noise") func agreement() throws {
    let (sound, speech) = try conversation()
    let spoken = speech.count { $0 }
    let soft = zip(sound, noise(Double(sound.count) / 16_000, decibels: -60)).map { $0 * 0.16 + $1 }  // -40 dB
    for (samples, leastRecall) in [(sound, 0.97), (soft, 0.9)] {
      let found = try detector.scores(of: samples).map { $0 >= 0.5 }
      let both = Double(zip(found, speech).count { $0 && $1 })
      let (recall, precision) = (both / Double(spoken), both / Double(found.count { $0 }))
      #expect(recall > leastRecall && precision > 0.9, "recall \(recall), precision \(precision)")
    }
  }

  @Test("soft speech over noise loses no window of speech, and four tenths of the pauses go") func ranges() throws {
    let (sound, speech) = try conversation()
    let soft = zip(sound, noise(Double(sound.count) / 16_000, decibels: -60)).map { $0 * 0.16 + $1 }
    for options in [VoiceActivityOptions(), .batched()] {
      let ranges = try detector.speech(in: soft, options: options)
      let missed = speech.indices.filter { window in speech[window] && !ranges.contains { $0.contains(window * 512) } }
      #expect(missed.isEmpty)
      let dropped = SpeechTimeline(ranges).dropped(total: sound.count).map { $0.end - $0.start }.reduce(0, +)
      let pauses = Double(speech.count { !$0 }) * 0.032
      #expect(dropped > pauses * 0.4, "\(dropped) of \(pauses) s")
    }
  }

  @Test("samples that are no numbers give scores all the same, and count as speech") func notNumbers() throws {
    var sound = try conversation().sound
    sound[100_000] = .nan
    sound[200_000] = .infinity
    let scores = try detector.scores(of: sound)
    #expect(scores.allSatisfy { (0...1).contains($0) })
    #expect(scores[100_000 / 512] > 0.5 && scores[200_000 / 512] > 0.5)
  }
}
