import Domain
import Foundation
import Storage

/// Searches rows and files for what an erasure should have left nothing of, and says what it means where something is.
struct EraseProof {
  struct Result {
    var proof = ErasureProof()
    var residue: [HoldingFile] = []
    var backups: [HoldingFile] = []
    var foreign: [HoldingFile] = []
    var unreadable: [String] = []
  }

  let store: FieldStore
  let plan: ErasePlan
  let indexCopy: URL

  func run() throws -> Result {
    let needles = Needles(plan)
    let exact = needles.ids.map { Array($0.utf8) } + needles.sounds
    let search = ByteSearch(text: needles.words, exact: exact)
    let found = FolderSearch(folder: store.dataDirectory, search: search, indexCopy: indexCopy).run()
    // Long values lie in several pages: rows are asked, too.
    let mentions = try store.erasures.rows(with: needles.words)
    let named = try store.erasures.rows(with: needles.ids)
    var result = Result()
    result.proof.files = found.files
    result.proof.bytes = found.bytes
    result.proof.needles = needles.words.count + exact.count
    result.proof.short = needles.short
    result.proof.mentions = Self.count(mentions)
    result.proof.residue = Self.count(named)
    for (role, file) in found.holding { sort(file, role, hasMentions: !mentions.isEmpty, into: &result) }
    result.unreadable = found.unreadable
    result.proof.unreadable = found.unreadable.count
    result.proof.backups = result.backups.count
    result.proof.foreign = result.foreign.count
    return result
  }

  /// Words in the database and in what is written from it are somebody else's where rows of others hold them: the
  /// database was written anew a moment ago, so that it holds nothing but rows.
  private func sort(_ file: HoldingFile, _ role: FolderSearch.Role, hasMentions: Bool, into result: inout Result) {
    switch role {
    case .backup: result.backups.append(file)
    case .foreign: result.foreign.append(file)
    case .sample where file.exact == 0: break
    case .database, .snapshot:
      if hasMentions, file.exact == 0 { return }
      fallthrough
    case .sample, .own:
      result.residue.append(file)
      result.proof.residue += file.exact + file.words
    }
  }

  /// Indexes of words repeat what other rows hold.
  private static func count(_ rows: [String: Int]) -> Int {
    rows.filter { !["note_index", "people_search"].contains($0.key) }.values.reduce(0, +)
  }
}
