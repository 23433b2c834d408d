import Foundation
import SpeechEngine
import Testing

@Suite("Reading other formats through ffmpeg")
struct FFmpegTests {
  let folder: ScratchFolder
  let ffmpeg: FFmpegReader

  init() throws {
    folder = try ScratchFolder()
    ffmpeg = try #require(FFmpegReader(), "ffmpeg is missing: scripts/install-test-needs installs it")
  }

  private func convert(_ wav: WAVFixture, to name: String, _ options: [String] = []) throws -> URL {
    let source = try wav.write(to: folder.url, "source.wav")
    let target = folder.url.appending(path: name)
    try run(["-i", source.path] + options + [target.path])
    return target
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = ffmpeg.program
    process.arguments = ["-v", "error", "-nostdin", "-y"] + arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  static let tone = (0..<16_000).map { Float(0.4 * sin(2 * .pi * 440 * Double($0) / 16_000)) }

  @Test(
    "recordings of phones and browsers give their sound",
    arguments: ["a.mp3", "a.m4a", "a.ogg", "a.opus", "a.webm", "a.flac", "a.aiff", "a.w64", "a.mp4"])
  func formats(name: String) throws {
    let codec = name.hasSuffix("ogg") ? ["-c:a", "libvorbis"] : []
    let file = try AudioFile(contentsOf: convert(AudioFileTests.wav([Self.tone]), to: name, codec))
    let samples = try file.samples()
    let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
    #expect(abs(file.duration - 1) < 0.15 && abs(power - 0.08) < 0.02 && file.channels == 1)
  }

  @Test("a lossless copy has the bits of the WAV file") func lossless() throws {
    let wav = AudioFileTests.wav([AudioFileTests.noise(40_000)])
    let url = try convert(wav, to: "copy.flac")
    let file = try AudioFile(contentsOf: url)
    try FileManager.default.removeItem(at: url)
    #expect(try file.samples() == AudioClip(contentsOf: folder.url.appending(path: "source.wav")).samples)
  }

  @Test("a channel is chosen, and one that is missing is named with their number") func channel() throws {
    let sound = (0..<2).map { AudioFileTests.noise(20_000, seed: UInt64($0)) }
    let url = try convert(AudioFileTests.wav(sound), to: "stereo.flac")
    for channel in 1...2 {
      let alone = try AudioFileTests.wav([sound[channel - 1]]).write(to: folder.url, "alone.wav")
      let file = try AudioFile(contentsOf: url, channel: channel)
      #expect(try file.samples() == AudioFile(contentsOf: alone).samples() && file.channels == 2)
    }
    #expect(throws: AudioError.noSuchChannel(url, channel: 3, channels: 2)) {
      try AudioFile(contentsOf: url, channel: 3)
    }
  }

  @Test("a video without sound is no recording") func videoOnly() throws {
    let url = folder.url.appending(path: "silent.mp4")
    try run(["-f", "lavfi", "-i", "testsrc=duration=1:size=64x64:rate=5", url.path])
    #expect(throws: AudioError.notAudio(url)) { try AudioFile(contentsOf: url) }
  }

  @Test("the sound of a video is a recording") func video() throws {
    let url = folder.url.appending(path: "film.mp4")
    let inputs = ["-f", "lavfi", "-i", "testsrc=duration=1:size=64x64:rate=5", "-f", "lavfi", "-i", "sine=duration=1"]
    try run(inputs + [url.path])
    #expect(abs(try AudioFile(contentsOf: url).duration - 1) < 0.1)
  }

  @Test("half a file is read as far as it goes or refused") func cut() throws {
    for name in ["a.mp3", "a.m4a", "a.opus", "a.flac"] {
      let url = try convert(AudioFileTests.wav([Self.tone]), to: name)
      let bytes = try Data(contentsOf: url)
      try bytes.prefix(bytes.count / 2).write(to: url)
      do throws(AudioError) {
        #expect(try AudioFile(contentsOf: url).duration < 1)
      } catch {
        #expect(error == .notAudio(url))
      }
    }
  }

  @Test("without ffmpeg the message says that it would help") func missing() throws {
    let url = try convert(AudioFileTests.wav([Self.tone]), to: "a.flac")
    let error = #expect(throws: AudioError.notWAV(url)) { try AudioFile(contentsOf: url, ffmpeg: nil) }
    #expect(error?.message.contains("Install ffmpeg") == true)
  }

  @Test("no more is decoded than the longest recording may have") func limit() throws {
    let url = try convert(AudioFileTests.wav([Self.tone]), to: "a.flac")
    let error = #expect(throws: AudioError.self) { try AudioFile(contentsOf: url, maximumSeconds: 0.5) }
    guard case .tooLong(url, let seconds, 0.5) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(seconds > 0.5)
  }

  @Test("a folder that takes no decoded sound is named") func spool() throws {
    let url = try convert(AudioFileTests.wav([Self.tone]), to: "a.flac")
    var reader = ffmpeg
    reader.spoolFolder = folder.url.appending(path: "none")
    let error = #expect(throws: AudioError.self) { try AudioFile(contentsOf: url, ffmpeg: reader) }
    #expect(error == .spoolFailed(url, folder: reader.spoolFolder, reason: "No such file or directory"))
  }

  @Test("decoded sound leaves nothing in the folder") func unlinked() throws {
    let url = try convert(AudioFileTests.wav([Self.tone]), to: "a.flac")
    var reader = ffmpeg
    reader.spoolFolder = folder.url.appending(path: "spool")
    try FileManager.default.createDirectory(at: reader.spoolFolder, withIntermediateDirectories: false)
    let file = try AudioFile(contentsOf: url, ffmpeg: reader)
    #expect(try FileManager.default.contentsOfDirectory(atPath: reader.spoolFolder.path).isEmpty)
    #expect(file.count == 16_000)
  }

  /// Something else in ffmpeg's place.
  private func impostor(_ script: String) throws -> FFmpegReader {
    let url = folder.url.appending(path: "impostor")
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
    return FFmpegReader(program: url)
  }

  static let scripts = ["exec sleep 600", "exec yes", "kill -9 $$", "exit 1", ""]

  @Test("a decoder that breaks its bounds is ended", arguments: scripts)
  func bounds(script: String) throws {
    let url = folder.url.appending(path: "a.mp3")
    try Data("ID3".utf8).write(to: url)
    var reader = try impostor(script)
    reader.idleLimit = 0.5
    reader.timeLimit = 5
    let error = #expect(throws: AudioError.self) { try AudioFile(contentsOf: url, ffmpeg: reader) }
    switch script {
    case "exec sleep 600": #expect(error == .unreadable(url, reason: "ffmpeg took longer than it may"))
    case "kill -9 $$":
      #expect(error == .unreadable(url, reason: "ffmpeg was stopped, or needed more memory than it may have"))
    // Output without end is cut where no frame can be so long, or by the clock.
    default: #expect([.notAudio(url), .unreadable(url, reason: "ffmpeg took longer than it may")].contains(error))
    }
  }

  @Test("a caller who gives up ends the decoder") func cancelled() throws {
    let url = folder.url.appending(path: "a.mp3")
    try Data("ID3".utf8).write(to: url)
    var reader = try impostor("exec sleep 600")
    reader.isCancelled = { true }
    #expect(throws: AudioError.cancelled(url)) { try AudioFile(contentsOf: url, ffmpeg: reader) }
  }
}
