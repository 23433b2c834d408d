import Domain

extension ReferenceShelf {
  /// A customer as sentences, what reps wrote first.
  static func customer(_ row: CustomerRow) -> ReferenceChunk {
    let (account, person) = (row.account, row.person)
    var lines: [String] = []
    func say(_ words: String, _ value: String) { if !value.isEmpty { lines.append(sentence("\(words)\(value)")) } }
    say("", account.notes.isEmpty ? account.summary : account.notes)
    let reach = [("", person.name), ("", person.title), ("", person.phone), ("email ", person.email)]
    let known = reach.filter { !$0.1.isEmpty }.map { $0 + $1 }
    say("The contact at \(account.name) is ", known.joined(separator: ", "))
    say("Service interest: ", account.service)
    say("Stage: ", account.stage)
    say("Estimated contract value: ", account.value.map(Money.words) ?? "")
    say("Assigned rep: ", account.assignedRep)
    say("Lost because: ", account.dropReason)
    say("Customer \(row.customerID), \(account.type), at ", account.address)
    say("Last contact: ", account.lastContactOn)
    say("Region: ", account.region)
    var facts = ReferenceFacts()
    facts.category = "customer"
    facts.account = account.name
    facts.contact = person.name.isEmpty ? nil : person.name
    facts.customerID = row.customerID
    facts.service = account.service.isEmpty ? nil : account.service
    facts.stage = account.stage.isEmpty ? nil : account.stage
    facts.rep = account.assignedRep.isEmpty ? nil : account.assignedRep
    facts.region = account.region.isEmpty ? nil : account.region
    facts.lastUpdated = account.lastContactOn.isEmpty ? nil : account.lastContactOn
    return ReferenceChunk(
      id: "crm_\(row.customerID)", source: .crm, title: account.name, path: [account.name],
      content: lines.joined(separator: "\n"), facts: facts)
  }
}
