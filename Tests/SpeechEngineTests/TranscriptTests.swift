import Foundation
import SpeechEngine
import Testing

@Suite("Transcripts as text")
struct TranscriptTests {
  private func segment(_ text: String, _ start: Double, _ end: Double, words: [Word]? = nil) -> Segment {
    Segment(
      id: 1, seek: 0, start: start, end: end, text: text, tokens: [1], temperature: 0, avgLogprob: -0.1,
      compressionRatio: 1, noSpeechProb: 0.1, words: words)
  }

  private func transcription(_ segments: [Segment]) -> Transcription {
    Transcription(segments: segments, language: "en", languageProbability: 1, duration: 10)
  }

  private let spoken = [
    Word(start: 0, end: 0.5, word: " Met", probability: 0.9),
    Word(start: 0.5, end: 1, word: " Samir", probability: 0.8),
    Word(start: 2, end: 3, word: " today.", probability: 0.7),
  ]

  private func render(_ format: TranscriptFormat, _ segments: [Segment], _ layout: SubtitleLayout = .init()) throws
    -> String
  {
    try format.render(transcription(segments), file: "a.wav", model: "m", subtitles: layout)
  }

  @Test("lines are broken at their width, and cues at their lines, with the times of their words") func lines() throws {
    let segments = [segment(" Met Samir today.", 0, 3, words: spoken)]
    let narrow = try render(.srt, segments, SubtitleLayout(maxLineWidth: 9, maxLineCount: 1))
    #expect(
      narrow == "1\n00:00:00,000 --> 00:00:01,000\nMet Samir\n\n2\n00:00:02,000 --> 00:00:03,000\ntoday.\n\n")
    let twoLines = try render(.srt, segments, SubtitleLayout(maxLineWidth: 9))
    #expect(twoLines == "1\n00:00:00,000 --> 00:00:03,000\nMet Samir\ntoday.\n\n")
  }

  @Test("without word times, words share the segment's by their length") func shared() throws {
    let text = try render(
      .srt, [segment(" abcd efgh", 0, 2)], SubtitleLayout(maxLineWidth: 4, maxLineCount: 1))
    #expect(text == "1\n00:00:00,000 --> 00:00:01,000\nabcd\n\n2\n00:00:01,000 --> 00:00:02,000\nefgh\n\n")
  }

  @Test("a limit as large as a number can be is no limit") func huge() throws {
    let text = try render(
      .srt, [segment(" a b", 0, 1)], SubtitleLayout(maxLineWidth: .max, maxLineCount: .max))
    #expect(text.contains("a b"))
  }

  @Test("vtt gives each word its time and hides nothing in its marks") func vtt() throws {
    let text = try render(.vtt, [segment(" Met Samir today.", 0, 3, words: spoken)])
    #expect(text.contains("<c>Met</c> <00:00:00.500><c>Samir</c> <00:00:02.000><c>today.</c>"))
    #expect(try render(.vtt, [segment(" a < b --> c & d", 0, 1)]).contains("a &lt; b -&gt; c &amp; d"))
  }

  @Test("verbose_json counts from 0, names the language, and lists words when there are some") func verbose() throws {
    let text = try render(.verboseJSON, [segment(" Met Samir today.", 0, 3, words: spoken)])
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(json["language"] as? String == "english" && json["task"] as? String == "transcribe")
    #expect((json["segments"] as? [[String: Any]])?.first?["id"] as? Int == 0)
    #expect((json["words"] as? [[String: Any]])?.map { $0["word"] as? String } == ["Met", "Samir", "today."])
    let plain = try render(.verboseJSON, [segment(" Met", 0, 3)])
    #expect(!plain.contains("\"words\""))
  }

  @Test("json has faster-whisper's words and says what was left out") func json() throws {
    let result = Transcription(
      segments: [segment(" Met Samir today.", 0, 3, words: spoken)], language: "en", languageProbability: 1,
      duration: 10, durationAfterVAD: 4, skipped: [SkippedSpan(start: 4, end: 10, reason: .voiceActivity)])
    let text = try TranscriptFormat.json.render(result, file: "a.wav", model: "m")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let segments = try #require(json["segments"] as? [[String: Any]])
    let words = try #require(segments[0]["words"] as? [[String: Any]])
    #expect(segments[0]["id"] as? Int == 1 && words.count == 3)
    #expect(Set(words[0].keys) == ["start", "end", "word", "probability"])
    #expect((json["skipped"] as? [[String: Any]])?.first?["reason"] as? String == "voice_activity")
    #expect(json["duration_after_vad"] as? Double == 4)
  }

  @Test("times that are not numbers are written as 0") func notANumber() throws {
    for format in [TranscriptFormat.srt, .vtt, .tsv] {
      #expect(try !render(format, [segment(" a", .nan, .infinity)]).isEmpty)
    }
  }

  @Test("every language has a name, as OpenAI's API spells it") func languages() {
    #expect(Language.name(of: "en") == "english" && Language.name(of: "zh") == "chinese")
    #expect(Language.name(of: "yue") == "cantonese" && Language.name(of: "haw") == "hawaiian")
    #expect(Language.codes.allSatisfy { Language.name(of: $0).count > 2 && Language.name(of: $0) != $0 })
    #expect(TranscriptFormat(name: "text") == .txt && TranscriptFormat(name: "pdf") == nil)
  }
}
