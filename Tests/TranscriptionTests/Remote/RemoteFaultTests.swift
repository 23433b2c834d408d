import Domain
import Foundation
import Storage
import TestSupport
import Testing
import Transcription

/// Each way in which a server can fail, with another server, with this machine's engine, and with nobody beside it.
@Suite("Speech servers that fail", .timeLimit(.minutes(10))) struct RemoteFaultTests {
  enum Fault: String, CaseIterable, Sendable {
    case refuses, closesAtOnce, silent, stalls, drips, keyRefused, forbidden, badRequest, notFound, busy, unavailable
    case failed, html, cutOff, truncated, wrongTypes, noSegments, textAlone, notANumber, bareNaN, beyond, backwards
    case endless, babble, badProbability, deep, redirect

    /// Nothing ends it but the client.
    var isSlow: Bool { [.silent, .stalls, .drips].contains(self) }

    /// What is said about it.
    var reason: String {
      switch self {
      case .refuses, .closesAtOnce, .cutOff: "noAnswer"
      case .silent, .stalls, .drips: "tooSlow"
      case .keyRefused, .forbidden: "keyRefused"
      case .badRequest, .notFound, .redirect: "refused"
      case .busy, .unavailable: "busy"
      case .failed: "failed"
      default: "unusable"
      }
    }

    func server() throws -> Peer {
      let server = try RemoteRoom.server(answer)
      return Peer(server: server, url: self == .refuses ? "http://127.0.0.1:1" : server.url)
    }

    /// A server that fails so.
    struct Peer: Addressed {
      let server: FaultyServer
      let url: String
    }

    private var answer: FaultyServer.Answer {
      var answer = FaultyServer.Answer(200, body: body)
      switch self {
      case .closesAtOnce: answer.isNothing = true
      case .silent: answer.isMute = true
      case .stalls: answer.stallAfter = 20
      case .drips: (answer.isEndless, answer.pause, answer.body) = (true, 0.05, Data(" ".utf8))
      case .endless: answer.isEndless = true
      case .cutOff: answer.cutAfter = 40
      case .keyRefused: answer.status = 401
      case .forbidden: answer.status = 403
      case .badRequest: answer.status = 400
      case .notFound: answer.status = 404
      case .busy: (answer.status, answer.headers) = (429, ["Retry-After": "30"])
      case .unavailable: answer.status = 503
      case .failed: answer.status = 500
      case .redirect: (answer.status, answer.headers) = (302, ["Location": "http://127.0.0.1:1/"])
      default: break
      }
      return answer
    }

    private var body: Data {
      func segment(_ start: String, _ end: String, _ more: String = "") -> String {
        #"{"start":\#(start),"end":\#(end),"text":" Hello."\#(more)}"#
      }
      let hello = String(decoding: RemoteRoom.hello, as: UTF8.self)
      switch self {
      case .html: return Data("<html><body>It works!</body></html>".utf8)
      case .truncated: return RemoteRoom.hello.dropLast(30)
      case .wrongTypes: return Data(hello.replacing(#""start":0,"#, with: #""start":"soon","#).utf8)
      case .noSegments: return Data(#"{"text":"Hello."}"#.utf8)
      case .textAlone: return Data(#"{"text":"Hello.","segments":[]}"#.utf8)
      case .notANumber: return RemoteRoom.answer(segments: [segment(#""nan""#, "1")])
      case .bareNaN: return RemoteRoom.answer(segments: [segment("NaN", "1")])
      case .beyond: return RemoteRoom.answer(segments: [segment("600", "601")])
      case .backwards: return RemoteRoom.answer(segments: [segment("1", "1.5"), segment("0", "1")])
      case .endless: return Data(String(repeating: " ", count: 1 << 20).utf8)
      case .babble:
        return RemoteRoom.answer(segments: [
          segment("0", "1").replacing("Hello", with: String(repeating: "a", count: 9_000))
        ])
      case .badProbability: return RemoteRoom.answer(segments: [segment("0", "1", #","avg_logprob":3"#)])
      case .deep: return Data(String(repeating: "[", count: 100_000).utf8)
      default: return RemoteRoom.hello
      }
    }
  }

  @Test("the next server gives the transcript", arguments: Fault.allCases) func another(fault: Fault) async throws {
    let room = try RemoteRoom()
    let (clip, _) = try room.addClip()
    let (bad, good) = (try fault.server(), try RemoteRoom.good())
    var limits = RemoteRoom.limits
    if fault.isSlow { (limits.hedge, limits.hedgeShare) = (.milliseconds(1), 0) }
    try await room.attempt([bad, good], limits: limits)
    let heard = try #require(try room.store.transcripts.find(clip.id))
    #expect(heard.text == "Hello there." && heard.engine == "remote" && heard.computeType == "not-told")
    #expect(heard.model == "whisper-1 at 127.0.0.1:\(good.port)")
  }

  @Test("this machine's engine gives the transcript, and it is said", arguments: Fault.allCases)
  func here(fault: Fault) async throws {
    let room = try RemoteRoom()
    let (clip, _) = try room.addClip()
    let bad = try fault.server()
    var limits = RemoteRoom.limits
    if fault.isSlow { (limits.time, limits.timeShare) = (.milliseconds(300), 0) }
    try await room.attempt([bad], limits: limits, hasFallback: true)
    let heard = try #require(try room.store.transcripts.find(clip.id))
    #expect(heard.text == "Heard here." && heard.engine == "here" && heard.model == "own")
    #expect(room.told.all.contains { $0.contains("heard on this machine") }, "\(room.told.all)")
    #expect(room.told.all.contains { $0.hasPrefix("fellBack") && $0.contains(fault.reason) }, "\(room.told.all)")
  }

  @Test("without anybody else the job says why and is tried again", arguments: Fault.allCases)
  func nobody(fault: Fault) async throws {
    let room = try RemoteRoom()
    let (clip, job) = try room.addClip()
    let bad = try fault.server()
    var limits = RemoteRoom.limits
    if fault.isSlow { (limits.time, limits.timeShare) = (.milliseconds(300), 0) }
    try await room.attempt([bad], limits: limits)
    let waiting = try #require(try room.store.jobs.find(job.id))
    #expect(waiting.state == .retryable && waiting.attempts == 1)
    #expect(waiting.lastError?.contains(fault.reason) == true, "\(waiting.lastError ?? "")")
    #expect(try room.store.transcripts.find(clip.id) == nil)
    room.clock.advance(3_600)
    let good = try RemoteRoom.good()
    try await room.attempt([good])
    #expect(try room.store.transcripts.find(clip.id)?.text == "Hello there.")
  }
}
