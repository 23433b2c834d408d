import Domain
import Foundation
import Operations

extension Wording {
  static func eraseWords(_ error: OperationsError) -> String {
    switch error {
    case .eraseWaitsForDelivery(let until):
      "a note about this person is being sent to the CRM now. Nothing was removed. Try again "
        + "\(Moment().relative(until)), or stop delivery: fieldos queue pause delivery"
    case .eraseNeedsSpace(let path, let needed, let free):
      "\(path): erasing writes the database anew and needs \(megabytes(needed)) MB there, \(megabytes(free)) MB are free. "
        + "Make room, then: fieldos erase --continue"
    case .eraseRuns: "another process is erasing somebody. Wait until it has ended, then try again."
    case .eraseLost(let id):
      "erasure \(id.prefix(8)): its plan is gone from the data folder. Erase that person again, by e-mail or name."
    default: "\(error)"
    }
  }

  private static func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
}
