import Operations

extension Wording {
  static func words(_ error: OperationsError) -> String {
    switch error {
    case .logAheadOfStore(let log, let store):
      "ops_log.jsonl knows event \(log), the database ends at \(store): they don't belong together. Move the log and its "
        + "rotated files away; they are written again."
    case .unreadableEvent(let seq): "event \(seq) of the database can't be read. Restore a backup of the data folder."
    case .unreadableArchive(let path): "\(path): damaged or too large. Restore it from a backup, or move it away."
    case .unusableSample(let path, let reason):
      "\(path): can't be changed (\(reason)). Put it right, or move it away; deliveries go on without it."
    case .unusableCustomers(let path, let reason):
      "\(path): no table of customers (\(reason)). Nothing was taken in. Name a CSV file with a Customer_ID column."
    case .eraseWaitsForDelivery, .eraseNeedsSpace, .eraseRuns, .eraseLost: eraseWords(error)
    case .noSample(let path): "\(path): no such file. There is nothing to reset."
    case .importRefused(let path, let reason): words(reason, path)
    case .backupRefused(let path, let reason): words(reason, path)
    }
  }

  private static func words(_ reason: BackupRefusal, _ path: String) -> String {
    switch reason {
    case .taken: "\(path): is there already. Name a folder that is not."
    case .noBackup: "\(path): no backup that can be read. Name a folder that 'fieldos backup' made."
    case .altered: "\(path): is not what the backup's list says. Nothing was changed; take another backup."
    case .unreadable: "\(path): can't be read. Nothing was changed; check the permissions."
    case .running: "\(path): FieldOS works on it. Stop it, then restore."
    case .outside: "\(path): leads out of the backup. Nothing was changed; don't use this backup."
    }
  }

  private static func words(_ reason: ImportRefusal, _ path: String) -> String {
    switch reason {
    case .missing: "\(path): no such folder. Check the path."
    case .notAFolder: "\(path): not a folder. Name the prototype's data folder."
    case .ownDataFolder:
      "\(path): this is the data folder itself. Move the prototype's folder elsewhere, then import it from there."
    case .link: "\(path): a link, not followed. Put the file itself there."
    case .notARegularFile: "\(path): not a regular file, left out. Put a file there."
    case .tooLarge(let limit): "\(path): larger than \(limit) bytes, left out. Cut it down, then import again."
    case .tooMany(let limit): "\(path): only the first \(limit) were looked at. Move those away, then import again."
    case .notJSON: "\(path): no JSON object, left out. Put it right, then import again."
    case .notATable: "\(path): no table with a Customer_ID column, left out. Put it right, then import again."
    case .badLines(let count):
      "\(path): \(count) damaged line(s), left out; the others are kept. Nothing needs to be done."
    case .erased: "\(path): holds a note about somebody who was erased here, left out. Nothing needs to be done."
    case .noWords: "\(path): holds a note without a word, left out. Nothing needs to be done."
    case .unreadable(let reason): "\(path): can't be read (\(reason)). Check the permissions."
    }
  }
}
