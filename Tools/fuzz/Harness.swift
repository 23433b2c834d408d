import Domain
import Endpoints
import Foundation

/// What libFuzzer calls. The target is named by $FUZZ_TARGET: a reader of the engine, or one of those below.
private enum Harness {
  typealias Target = @Sendable (Data) throws -> Void

  private static let others: [String: Target] = [
    "dotenv": { _ = DotEnv(text: String(decoding: $0, as: UTF8.self)) },
    "reply": readReply,
  ]

  static let target: Target = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    if let reader = HostileInput(rawValue: name) { return { try reader.read($0) } }
    guard let other = others[name] else {
      fatalError("FUZZ_TARGET: \(HostileInput.allCases.map(\.rawValue) + others.keys.sorted())")
    }
    return other
  }()

  private static let payload: Data = {
    let note = "Grace approved the quote for mulch"
    let payload = CRMPayload(
      contact: .demo, note: note, notePolished: note + ".", transcriptionRaw: note, transcriptionConfidence: 1,
      aiModelVersion: "", processingTime: 0, timestamp: "")
    return (try? payload.json()) ?? Data()
  }()

  /// A CRM's body behind a header of at most one line.
  private static func readReply(_ bytes: Data) {
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
    _ = RetryAfter.seconds(String(decoding: header, as: UTF8.self), now: Date(timeIntervalSince1970: 0))
    let reply = HTTPReply(status: 500, headers: [:], body: Data(bytes.dropFirst(header.count + 1)))
    let text = ReplyError.text(of: reply, sent: Self.payload, apiKey: "key-0123")
    precondition(!text.isEmpty && text.count <= 2 * ReplyError.limit)
  }
}

/// Stands in for the command line's error, which `DotEnv` throws.
struct UsageError: Error {
  init(_ message: String) {}
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start else { return 0 }
  try? Harness.target(Data(bytes: start, count: count))
  return 0
}
