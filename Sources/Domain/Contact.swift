/// The person and account that a note is about: the fields that the CRM receives with it.
public struct Contact: Sendable, Equatable {
  public let name: String
  public let phone: String
  public let email: String
  public let account: String
  public let service: String
  public let customerID: String
  public let customerType: String
  public let accountAddress: String
  public let assignedRep: String
  public let region: String
  public let leadSource: String

  public init(
    name: String, phone: String, email: String, account: String, service: String, customerID: String,
    customerType: String, accountAddress: String, assignedRep: String, region: String, leadSource: String
  ) {
    self.name = name
    self.phone = phone
    self.email = email
    self.account = account
    self.service = service
    self.customerID = customerID
    self.customerType = customerType
    self.accountAddress = accountAddress
    self.assignedRep = assignedRep
    self.region = region
    self.leadSource = leadSource
  }

  /// The fictional account of the demo.
  public static let demo = Contact(
    name: "Samir Voss", phone: "(216) 555-0142", email: "samir.voss@acmehoa.demo", account: "Acme HOA",
    service: "Seasonal Cleanup + Mulch", customerID: "DEMO-ACME-HOA", customerType: "HOA",
    accountAddress: "3150 Detroit Ave, Cleveland, OH", assignedRep: "Marcus Tillman", region: "Midwest",
    leadSource: "Demo")
}
