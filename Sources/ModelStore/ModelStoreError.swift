/// What can go wrong with models on this machine and on their way to it. Facts; the words are the command line's.
public enum ModelStoreError: Error, Equatable, Sendable {
  // Finding
  case notFound(name: String)
  case demoMissing
  /// Neither a name that faster-whisper knows nor `organisation/repository`.
  case unknownName(String)
  case badRevision(String)
  // The hub
  /// Offline, and these files of it are missing; none named: nothing of it is here.
  case offline(name: String, missing: [String])
  /// 401, 403, 404 or another status that trying again does not change.
  case refused(repository: String, status: Int, host: String)
  /// The hub wants a longer pause than we take.
  case askedToWait(host: String, seconds: Int)
  /// Every attempt failed; what has come so far is kept.
  case gaveUp(what: String, reason: String, attempts: Int)
  /// The hub's answer is none.
  case badAnswer(host: String, reason: String)
  case redirectRefused(host: String, reason: String)
  case unsafeFileName(String)
  case fileTooLarge(name: String, bytes: Int, limit: Int)
  /// Files that a Whisper model of CTranslate2 needs are not in the repository.
  case incompleteRepository(String, missing: [String])
  /// The hub states no checksum to hold the file against.
  case noChecksum(file: String)
  /// Twice something else came than the hub announced.
  case corrupt(file: String, reason: String)
  // The disk
  case noRoom(path: String, neededBytes: Int, freeBytes: Int)
  case diskFull(path: String)
  case unwritable(path: String, reason: String)
  case unreadable(path: String, reason: String)
  /// Another process pulls or removes the model.
  case locked(path: String)
  /// The folder was not made by a pull.
  case notPulled(path: String)
  /// In the hub's cache, which other programs share.
  case inHubCache(name: String, path: String)
  case demoStays
}
