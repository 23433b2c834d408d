// A recording to text, segment by segment: transcribe MODEL RECORDING
import Foundation
import SpeechEngine

let model = try WhisperModel(contentsOf: URL(filePath: CommandLine.arguments[1]))
let recording = try AudioFile(contentsOf: URL(filePath: CommandLine.arguments[2]))
for try await segment in model.transcribe(recording) {
  print(segment.start, segment.end, segment.text)
}
