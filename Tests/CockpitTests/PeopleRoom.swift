import Cockpit
import Domain
import Foundation
import HTTPTypes
import Operations
import Storage
import TestSupport
import Testing

/// The cockpit over a data folder with customers of the installation's first user, on a clock that stands:
/// 2026-11-22 12:00 UTC.
struct PeopleRoom: Sendable {
  let cockpit: CockpitRoom
  var folder: TemporaryFolder { cockpit.folder }
  var store: FieldStore { cockpit.store }

  private static let header =
    "Customer_ID,Customer_Name,Customer_Type,Primary_Contact,Contact_Phone,Property_Address,City,State,Stage,"
    + "Last_Contact_Date,Next_Follow_Up,Estimated_Contract_Value,Notes,Summary\n"

  /// - Parameter rows: of `crm_sample.csv`, behind the header.
  init(_ rows: String = "") throws {
    cockpit = try CockpitRoom()
    _ = try cockpit.folder.file("crm_sample.csv", Data((Self.header + rows).utf8))
    _ = try CustomerImport(store: cockpit.store).runIfNew()
  }

  static let juniper =
    "C1,Juniper Court,Residential,Mireille Tan,(330) 555-0101,7 Juniper Court,Hollin Falls,OH,Proposal,2026-11-01,"
    + "2026-11-18,\"$3,950\",Wait for the frost date.,Irrigation start-up.\n"
  static let kestrel =
    "C2,<b>Kestrel</b> & Co,HOA,Arne Sollis,330 555 0102,,,,Lead,,2026-11-20,,,Two mowing heights.\n"

  /// - Parameter body: gets the browser of whose rows these are.
  func test(_ body: (PeopleClient) async throws -> Void) async throws {
    try await body(PeopleClient(visitor: cockpit.admin))
  }

  /// The one open follow-up with an account's customer.
  func followUp(_ customerID: String) throws -> FollowUp {
    let card = try #require(try store.people.card(customerID: customerID))
    return try #require(try store.followUps.all(card.person.id).first).followUp
  }
}

/// Asks as a browser does.
struct PeopleClient: Sendable {
  let visitor: Visitor

  /// A page that has to be there.
  func html(_ path: String, agent: String? = nil) async throws -> String {
    var headers: HTTPFields = [.accept: "text/html"]
    if let agent { headers[.userAgent] = agent }
    let reply = try await visitor.send(.get, path, headers: headers)
    #expect(reply.status == .ok, "\(path)")
    return reply.text
  }

  /// Posts a form as a browser without scripts does.
  func submit(_ path: String, _ body: String) async throws -> (
    status: HTTPResponse.Status, location: String, text: String
  ) {
    let reply = try await visitor.send(
      .post, path, headers: [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"],
      body: Data("csrf=\(visitor.formToken)&\(body)".utf8), withToken: false)
    return (reply.status, reply.location ?? "", reply.text)
  }

  /// Posts JSON as our scripts do.
  func send(_ path: String, _ body: String) async throws -> (status: HTTPResponse.Status, text: String) {
    let reply = try await visitor.post(path, json: body)
    return (reply.status, reply.text)
  }
}
