import Foundation
import Subprocess
#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A child process that takes bytes on its standard input and says lines on its standard output.
struct LineChild: Sendable {
  /// How one life ended.
  struct End: Sendable {
    /// Exit code or signal, in words.
    let status: String
    /// It said that another would be of no use.
    let isUnusable: Bool
  }

  let executable: URL
  let arguments: [String]
  /// Added to the parent's own.
  let environment: [String: String]
  /// Longest line; a child that says a longer one is ended.
  let mostBytes: Int

  /// One life, from start to end.
  /// - Parameters:
  ///   - begun: gets the process's id, and where bytes for it go.
  ///   - take: gets each line; false, or a throw, ends the child.
  ///   - isStuck: asked twice a second; true ends the child.
  func live(
    begun: @escaping @Sendable (Int32, AsyncStream<Data>.Continuation) -> Void,
    take: @escaping @Sendable (Data) throws -> Bool, isStuck: @escaping @Sendable () -> Bool
  ) async -> End {
    // Swift's crash reporter takes seconds and 350 MB, and never ends where its process is killed under it.
    let variables = ["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(executable.path)), arguments: Arguments(arguments),
        environment: ChildLaunch.environment(variables), platformOptions: ChildLaunch.options(grace: .seconds(2)),
        input: .inputWriter, output: .sequence, error: .currentStandardError
      ) { child in
        let (frames, continuation) = AsyncStream.makeStream(of: Data.self)
        begun(child.processIdentifier.value, continuation)
        await attend(child, frames, take, isStuck)
        continuation.finish()
      }
      return End(
        status: "\(result.terminationStatus)",
        isUnusable: result.terminationStatus == .exited(WorkerSupervisor.unusable))
    } catch {
      return End(status: "could not be run: \(error)", isUnusable: false)
    }
  }

  private typealias Running = Execution<CustomWriteInput, SequenceOutput, FileDescriptorOutput>

  private func attend(
    _ child: Running, _ frames: AsyncStream<Data>, _ take: @escaping @Sendable (Data) throws -> Bool,
    _ isStuck: @escaping @Sendable () -> Bool
  ) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await frame in frames {
          guard (try? await child.standardInputWriter.write(Array(frame))) != nil else { return }
        }
      }
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: .milliseconds(500))
          if isStuck() { try? child.send(signal: .kill) }
        }
      }
      await listen(to: child, take)
      // Whoever says what is no message, or nothing any more, is not heard again.
      try? child.send(signal: .kill)
      group.cancelAll()
    }
  }

  private func listen(to child: Running, _ take: @Sendable (Data) throws -> Bool) async {
    var lines = LineReader(mostBytes: mostBytes)
    do {
      for try await buffer in child.standardOutput {
        guard let whole = lines.push(buffer.withUnsafeBytes { Data($0) }) else { return }
        for line in whole { guard try take(line) else { return } }
      }
    } catch {}
  }
}

/// Starts a child again and again, until its task is cancelled or there is no use in another.
struct ChildLoop: Sendable {
  /// Deaths in a row before the child was ready; after one more there is no use in another.
  let mostDeaths: Int

  /// - Parameters:
  ///   - life: one life of the child.
  ///   - isReady: whether the child that ended had come so far as to work.
  ///   - died: told of each death, and of the wait before the next life.
  /// - Returns: why there is no use in another, one line for people; nil where the task was cancelled.
  func run(
    life: () async -> LineChild.End, isReady: () -> Bool, died: (String, Duration) -> Void
  ) async -> String? {
    // A pipe whose reader died is an error of the write, not the end of the parent.
    signal(SIGPIPE, SIG_IGN)
    var policy = RestartPolicy()
    policy.first = .milliseconds(250)
    var unready = 0
    while !Task.isCancelled {
      let born = ContinuousClock.now
      let end = await life()
      if Task.isCancelled { break }
      unready = isReady() ? 0 : unready + 1
      if end.isUnusable { return "The engine can't hear as it is set up." }
      if unready > mostDeaths { return "The engine ended \(unready) times at its start." }
      let delay = policy.delay(afterLiving: born.duration(to: .now))
      died(end.status, delay)
      try? await Task.sleep(for: delay)
    }
    return nil
  }
}
