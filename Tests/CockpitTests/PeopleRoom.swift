import Cockpit
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Operations
import Storage
import TestSupport
import Testing

/// The cockpit over a data folder with customers, on a clock that stands: 2026-11-22 12:00 UTC.
struct PeopleRoom {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let store: FieldStore

  private static let header =
    "Customer_ID,Customer_Name,Customer_Type,Primary_Contact,Contact_Phone,Property_Address,City,State,Stage,"
    + "Last_Contact_Date,Next_Follow_Up,Estimated_Contract_Value,Notes,Summary\n"

  /// - Parameter rows: of `crm_sample.csv`, behind the header.
  init(_ rows: String = "") throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
    _ = try folder.file("crm_sample.csv", Data((Self.header + rows).utf8))
    _ = try CustomerImport(store: store).runIfNew()
  }

  static let juniper =
    "C1,Juniper Court,Residential,Mireille Tan,(330) 555-0101,7 Juniper Court,Hollin Falls,OH,Proposal,2026-11-01,"
    + "2026-11-18,\"$3,950\",Wait for the frost date.,Irrigation start-up.\n"
  static let kestrel =
    "C2,<b>Kestrel</b> & Co,HOA,Arne Sollis,330 555 0102,,,,Lead,,2026-11-20,,,Two mowing heights.\n"

  func test(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
    let services = try CockpitServices(
      store: store, configuration: .init(dataDirectory: folder.url), clock: clock.wall)
    let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let application = Application(router: buildRouter(services, logger: silent), logger: silent)
    try await application.test(.router) { try await body($0) }
  }

  /// The one open follow-up with an account's customer.
  func followUp(_ customerID: String) throws -> FollowUp {
    let card = try #require(try store.people.card(customerID: customerID))
    return try #require(try store.followUps.all(card.person.id).first).followUp
  }
}

extension TestClientProtocol {
  func html(_ uri: String, agent: String? = nil) async throws -> String {
    var headers: HTTPFields = [.accept: "text/html"]
    if let agent { headers[.userAgent] = agent }
    return try await execute(uri: uri, method: .get, headers: headers) { reply in
      #expect(reply.status == .ok, "\(uri)")
      return String(buffer: reply.body)
    }
  }

  /// Posts a form as a browser without scripts does.
  func submit(_ uri: String, _ body: String) async throws -> (
    status: HTTPResponse.Status, location: String, text: String
  ) {
    let headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
    return try await execute(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: body)) { reply in
      (reply.status, reply.headers[.location] ?? "", String(buffer: reply.body))
    }
  }

  /// Posts JSON as our scripts do.
  func send(_ uri: String, _ body: String) async throws -> (status: HTTPResponse.Status, text: String) {
    let headers: HTTPFields = [.contentType: "application/json", .accept: "application/json"]
    return try await execute(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: body)) { reply in
      (reply.status, String(buffer: reply.body))
    }
  }
}
