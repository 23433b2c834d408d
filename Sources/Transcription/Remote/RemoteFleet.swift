public import Endpoints
import Foundation

/// Speech servers that are asked in turn: the least busy first, without those that failed lately, a second one where the first is
/// slower than it usually is.
public actor RemoteFleet {
  /// The names of the servers, in order.
  public nonisolated let names: [String]
  nonisolated let limits: RemoteLimits
  private let endpoints: [SpeechEndpoint]
  private let report: @Sendable (RemoteEvent) -> Void
  private var standings: [ServerStanding]
  private var probes: [Int: Task<Void, Never>] = [:]

  /// - Parameters:
  ///   - endpoints: at least one.
  ///   - report: called from any thread.
  public init(
    _ endpoints: [SpeechEndpoint], limits: RemoteLimits = RemoteLimits(),
    report: @escaping @Sendable (RemoteEvent) -> Void
  ) {
    self.endpoints = endpoints
    self.limits = limits
    self.report = report
    names = endpoints.map(\.name)
    standings = endpoints.map { _ in ServerStanding() }
  }

  /// One sound's answer, from whichever server gives a good one.
  /// - Parameter hasFallback: whether somebody else can hear it: servers are waited for less long then.
  /// - Throws: ``RemoteError``, or `CancellationError`.
  func hear(
    _ piece: RemoteSound.Piece, _ question: RemoteQuestion, before: String?, hasFallback: Bool
  ) async throws -> HeardPiece {
    let order = SoundOrder(piece: piece, question: question, before: before, limits: limits)
    let deadline = ContinuousClock.now + (hasFallback ? limits.waitWithFallback : limits.waitAlone)
    var refusals: [Int: SpeechError] = [:]
    while true {
      var failures = refusals
      while let first = await pick(except: Set(failures.keys)) {
        switch try await race(first, order, except: Set(failures.keys)) {
        case .success(let heard): return heard
        case .failure(let lost): failures.merge(lost.errors) { $1 }
        }
      }
      refusals = failures.filter { $0.value.isAboutRequest }
      guard let next = chance(onlyBusy: hasFallback, except: refusals), next <= deadline else {
        throw failure(failures)
      }
      try await Task.sleep(until: next, clock: .continuous)
    }
  }

  /// When it makes sense to ask again; nil: only a person can help, or nobody is worth waiting for.
  private func chance(onlyBusy: Bool, except refusals: [Int: SpeechError]) -> ContinuousClock.Instant? {
    let waiting = standings.indices.compactMap { index -> ContinuousClock.Instant? in
      guard refusals[index] == nil, let trouble = standings[index].trouble, trouble.isPassing
      else { return nil }
      if onlyBusy { guard case .busy = trouble else { return nil } }
      return standings[index].outUntil
    }
    return waiting.min()
  }

  private func failure(_ failures: [Int: SpeechError]) -> RemoteError {
    RemoteError(
      failures: endpoints.indices.compactMap { index in
        (failures[index] ?? standings[index].trouble).map { .init(server: names[index], error: $0) }
      })
  }

  // MARK: - Choosing

  private func pick(except tried: Set<Int>) async -> Int? {
    while true {
      let now = ContinuousClock.now
      for index in standings.indices where standings[index].isDueForProbe(at: now) { probe(index) }
      if let best = take(except: tried, at: now) { return best }
      guard let running = probes.first(where: { !tried.contains($0.key) })?.value else { return nil }
      await running.value
    }
  }

  /// The least busy server; it counts as asked at once, so that the next recording goes to another.
  private func take(except tried: Set<Int>, at now: ContinuousClock.Instant) -> Int? {
    let usable = standings.indices.filter { !tried.contains($0) && standings[$0].isUsable(at: now) }
    let best = usable.min { (standings[$0].asked, $0) < (standings[$1].asked, $1) }
    if let best { standings[best].began() }
    return best
  }

  /// Asks a server that failed for its list of models, before a recording is given to it.
  private func probe(_ index: Int) {
    guard probes[index] == nil else { return }
    let endpoint = endpoints[index]
    probes[index] = Task {
      do {
        _ = try await endpoint.models()
        recovered(index)
      } catch {
        failed(index, error as? SpeechError ?? .noAnswer(reason: "it was not asked"))
      }
      probes[index] = nil
    }
  }

  private func recovered(_ index: Int) {
    standings[index].recovered()
    report(.recovered(server: names[index]))
  }

  private func failed(_ index: Int, _ error: SpeechError) {
    if standings[index].failed(error, at: .now, limits) { report(.trouble(server: names[index], error)) }
  }

  // MARK: - Asking

  private struct Lost: Error { let errors: [Int: SpeechError] }

  private enum Turn: Sendable {
    case answer(Int, Result<HeardPiece, SpeechError>)
    case late
  }

  /// Asks one server, and a second one when the first is late. The first good answer counts, the other request is cancelled.
  private func race(
    _ first: Int, _ order: SoundOrder, except tried: Set<Int>
  ) async throws -> Result<HeardPiece, Lost> {
    try await withThrowingTaskGroup(of: Turn.self) { group in
      defer { group.cancelAll() }
      var (asked, errors) = ([first], [Int: SpeechError]())
      group.addTask { try await .answer(first, self.ask(first, order)) }
      let patience = limits.hedge(
        sound: order.seconds, usual: standings[first].pace.usual(sound: order.seconds))
      group.addTask {
        try await Task.sleep(for: patience)
        return .late
      }
      while let turn = try await group.next() {
        switch turn {
        case .answer(let index, .success(let heard)):
          for other in asked where other != index && errors[other] == nil {
            failed(other, .tooSlow(seconds: patience / .seconds(1)))
          }
          return .success(heard)
        case .answer(let index, .failure(let error)):
          errors[index] = error
          if errors.count == asked.count { return .failure(Lost(errors: errors)) }
        case .late:
          guard let second = take(except: tried.union([first]), at: .now) else { continue }
          asked.append(second)
          report(.hedged(slow: names[first], second: names[second]))
          group.addTask { try await .answer(second, self.ask(second, order)) }
        }
      }
      throw CancellationError()
    }
  }

  /// Asks a server that was taken for it.
  /// - Throws: `CancellationError` only.
  private func ask(_ index: Int, _ order: SoundOrder) async throws -> Result<HeardPiece, SpeechError> {
    defer { standings[index].ended() }
    let began = ContinuousClock.now
    do {
      let heard = try await order.send(to: endpoints[index])
      try Task.checkCancellation()
      let isBack = standings[index].trouble != nil
      standings[index].succeeded(took: (ContinuousClock.now - began) / .seconds(1), sound: order.seconds)
      if isBack { report(.recovered(server: names[index])) }
      return .success(heard)
    } catch let error as SpeechError {
      try Task.checkCancellation()
      failed(index, error)
      return .failure(error)
    }
  }
}

/// One sound and what is asked about it.
private struct SoundOrder: Sendable {
  let piece: RemoteSound.Piece
  let question: RemoteQuestion
  let before: String?
  let limits: RemoteLimits

  var seconds: Double { piece.seconds }

  func send(to endpoint: SpeechEndpoint) async throws -> HeardPiece {
    do {
      let body = try await endpoint.transcribe(
        piece.file, fields: question.fields(before: before), isTranslation: question.isTranslation,
        timeout: limits.timeout(sound: seconds))
      let answer = try RemoteAnswer(body, sound: seconds)
      return HeardPiece(start: piece.start, seconds: seconds, answer: answer, server: endpoint.name)
    } catch let error as SpeechError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      // The recording itself could not be read.
      throw SpeechError.refused(status: 400, said: "the recording could not be sent")
    }
  }
}
