import Foundation
import Testing

extension CommandLineTests {
  @Suite("transcript formats")
  struct TranscriptFormatTests {
    let room: Room

    init() throws { room = try Room() }

    private func transcribe(as format: String) async throws -> Outcome {
      let outcome = try await room.run("transcribe", Repository.clip("note006").path, "--format", format)
      expectSuccess(outcome)
      return outcome
    }

    private func json() async throws -> [String: Any] {
      let outcome = try await transcribe(as: "json")
      let value = try JSONSerialization.jsonObject(with: Data(outcome.out.utf8))
      return try #require(value as? [String: Any], "\(outcome)")
    }

    @Test("json holds the file, the model and the text")
    func jsonDocument() async throws {
      let result = try await json()
      let keys: Set = ["file", "model", "language", "duration", "confidence", "text", "segments"]
      #expect(keys.isSubset(of: result.keys), "has only \(result.keys.sorted())")
      #expect(result["text"] as? String == sentence)
      #expect((result["file"] as? String)?.contains("note006.wav") == true)
      #expect(result["language"] as? String == "en")
      let duration = try #require(result["duration"] as? Double)
      #expect(abs(duration - 3.136) < 0.01)
      let confidence = try #require(result["confidence"] as? Double)
      #expect((0...1).contains(confidence))
    }

    @Test("json segments have the fields of openai-whisper, in order, with their tokens")
    func jsonSegments() async throws {
      let segments = try #require(try await json()["segments"] as? [[String: Any]])
      try #require(!segments.isEmpty)
      let keys: Set = [
        "id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob", "compression_ratio",
        "no_speech_prob",
      ]
      let first = try #require(segments[0]["id"] as? Int)
      for (index, segment) in segments.enumerated() {
        #expect(keys.isSubset(of: segment.keys), "has only \(segment.keys.sorted())")
        #expect(segment["id"] as? Int == first + index)
        #expect((segment["tokens"] as? [Int])?.isEmpty == false)
        let start = try #require(segment["start"] as? Double)
        let end = try #require(segment["end"] as? Double)
        #expect(0 <= start && start < end && end <= 3.2)
        #expect(try #require(segment["avg_logprob"] as? Double) <= 0)
        #expect((0...1).contains(try #require(segment["no_speech_prob"] as? Double)))
      }
    }

    @Test("srt counts from 1 and has times with a comma")
    func srt() async throws {
      let out = try await transcribe(as: "srt").out
      let entry = /1\n00:00:00,000 --> 00:00:0[123],\d{3}\n(.+)\n*/
      #expect(try entry.wholeMatch(in: out).map { String($0.1) } == sentence, "\(out)")
    }

    @Test("vtt starts with its header and has times with a point")
    func vtt() async throws {
      let out = try await transcribe(as: "vtt").out
      let cue = /WEBVTT\n\n(00:)?00:00\.000 --> (00:)?00:0[123]\.\d{3}\n(.+)\n*/
      #expect(try cue.wholeMatch(in: out).map { String($0.3) } == sentence, "\(out)")
    }

    @Test("tsv has its header and times in milliseconds")
    func tsv() async throws {
      let outcome = try await transcribe(as: "tsv")
      try #require(outcome.lines.count == 2, "\(outcome)")
      #expect(outcome.lines[0] == "start\tend\ttext", "\(outcome)")
      let fields = outcome.lines[1].split(separator: "\t").map(String.init)
      try #require(fields.count == 3, "\(outcome)")
      #expect(fields[0] == "0" && (1_000...3_200).contains(Int(fields[1]) ?? 0), "\(outcome)")
      #expect(fields[2] == sentence, "\(outcome)")
    }
  }
}
