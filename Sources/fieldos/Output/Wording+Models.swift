import ModelStore

/// The words for what can go wrong with models.
extension Wording {
  static func words(_ error: ModelStoreError) -> String {
    switch error {
    case .notFound(let name): notFound(name)
    case .demoMissing:
      "the bundled model and recordings are missing: the folder fieldos_fieldos.resources must lie beside the program. "
        + "Copy it too, or build again: swift build -c release"
    case .demoStays: "demo-en: the demo model is part of the program and stays. Name a model that was pulled."
    case .unknownName(let name):
      "model '\(name)': no such name. Known are \(HubNames.all.joined(separator: ", ")), and organisation/repository."
    case .badRevision(let revision): "--revision '\(revision)': not a branch, tag or commit. Leave it out for main."
    case .notPulled(let path):
      "\(path): was not put there by a pull, so it stays as it is. Move it away, or remove it: fieldos models rm --force"
    case .inHubCache(let name, let path):
      "\(path): in the Hugging Face cache, which other programs share. To remove it there: fieldos models rm \(name) "
        + "--hub-cache"
    case .locked(let path): "\(path): another process is at work on this model. Wait for its end, or stop it."
    default: hubWords(error) ?? diskWords(error) ?? "\(error)"
    }
  }

  private static func notFound(_ name: String) -> String {
    let place = "Put a faster-whisper model folder into data/models, or name a folder: --model PATH."
    guard (try? ModelName(name)) != nil else { return "model '\(name)': not on this machine. \(place)" }
    return "model '\(name)': not on this machine. Get it: fieldos models pull \(name). Or name a folder: --model PATH."
  }

  private static func hubWords(_ error: ModelStoreError) -> String? {
    switch error {
    case .offline(let name, let missing):
      "model '\(name)': "
        + (missing.isEmpty ? "not on this machine" : "missing here: \(missing.joined(separator: ", "))")
        + ", and offline mode is on. Unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE, or copy the model to data/models."
    case .refused(let repository, let status, let host): refusal(repository, status, host)
    case .askedToWait(let host, let seconds): "\(host): too many requests. Try again in \(seconds) s."
    case .gaveUp(let what, let reason, let attempts):
      "\(what): \(reason), after \(attempts) attempts. Check the network or HF_ENDPOINT, then run the same command: what "
        + "has come is kept."
    case .badAnswer(let host, let reason): "\(host): \(reason). Check HF_ENDPOINT: it must be a Hugging Face hub."
    case .redirectRefused(let host, let reason): "\(host): \(reason). Check HF_ENDPOINT and the network's proxy."
    case .unsafeFileName(let name):
      "the repository lists a file '\(name)', which leads out of its folder. Nothing was fetched; use another repository."
    case .fileTooLarge(let name, let bytes, let limit):
      "\(name): \(bytes) bytes, more than the \(limit) that are taken. Use another repository."
    case .incompleteRepository(let repository, let missing):
      "\(repository): has no \(missing.joined(separator: ", ")). Name a repository that was converted for faster-whisper."
    case .noChecksum(let file): "\(file): the server states no size or checksum. Use another HF_ENDPOINT."
    case .corrupt(let file, let reason):
      "\(file): twice came what the hub did not announce (\(reason)), so it was thrown away. Try later or another network."
    default: nil
    }
  }

  private static func refusal(_ repository: String, _ status: Int, _ host: String) -> String {
    let remedy =
      switch status {
      case 401: "No such repository, or it needs a token: check the name, or set HF_TOKEN."
      case 403: "Accept its terms on \(host) in a browser, and set HF_TOKEN."
      case 404: "No such repository or revision: check the name and --revision."
      default: "Check the name and HF_ENDPOINT."
      }
    return "\(repository): \(host) answered \(status). \(remedy)"
  }

  private static func diskWords(_ error: ModelStoreError) -> String? {
    switch error {
    case .noRoom(let path, let needed, let free):
      "\(path): needs \(ModelText.size(needed)), free are \(ModelText.size(free)). Make room, or set FIELDOS_DATA_DIR."
    case .diskFull(let path): "\(path): the disk is full. Make room, then run the same command: what has come is kept."
    case .unwritable(let path, let reason): "\(path): can't be written (\(reason)). Check its owner and permissions."
    case .unreadable(let path, let reason): "\(path): can't be read (\(reason)). Check the disk and the permissions."
    default: nil
    }
  }
}
