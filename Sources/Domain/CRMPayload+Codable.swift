public import Foundation

extension CRMPayload: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case contactName = "contact_name"
    case contactPhone = "contact_phone"
    case contactEmail = "contact_email"
    case account, service
    case customerID = "customer_id"
    case customerType = "customer_type"
    case accountAddress = "account_address"
    case assignedRep = "assigned_rep"
    case region
    case leadSource = "lead_source"
    case note
    case transcriptionRaw = "transcription_raw"
    case transcriptionStreamPartial = "transcription_stream_partial"
    case transcriptionFinal = "transcription_final"
    case transcriptionFinalConfidence = "transcription_final_confidence"
    case transcriptionFinalLatencyMilliseconds = "transcription_final_latency_ms"
    case transcriptionFinalCompletedAt = "transcription_final_completed_at"
    case notePolished = "note_polished"
    case transcriptionConfidence = "transcription_confidence"
    case aiModelVersion = "ai_model_version"
    case processingTime = "processing_time"
    case timestamp = "ts"
    case quoteSummary = "quote_summary"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      contact: try Contact(from: values),
      note: try values.decode(String.self, forKey: .note),
      notePolished: try values.decode(String.self, forKey: .notePolished),
      transcriptionRaw: try values.decode(String.self, forKey: .transcriptionRaw),
      transcriptionStreamPartial: try values.decode(String.self, forKey: .transcriptionStreamPartial),
      transcriptionFinal: try values.decode(String.self, forKey: .transcriptionFinal),
      transcriptionFinalConfidence: try values.decode(Double?.self, forKey: .transcriptionFinalConfidence),
      transcriptionFinalLatencyMilliseconds: try values.decode(
        Int?.self, forKey: .transcriptionFinalLatencyMilliseconds),
      transcriptionFinalCompletedAt: try values.decode(String?.self, forKey: .transcriptionFinalCompletedAt),
      transcriptionConfidence: try values.decode(Double.self, forKey: .transcriptionConfidence),
      aiModelVersion: try values.decode(String.self, forKey: .aiModelVersion),
      processingTime: try values.decode(Double.self, forKey: .processingTime),
      timestamp: try values.decode(String.self, forKey: .timestamp),
      quoteSummary: try values.decodeIfPresent(QuoteSummary.self, forKey: .quoteSummary))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try contact.encode(into: &values)
    try values.encode(note, forKey: .note)
    try values.encode(notePolished, forKey: .notePolished)
    try values.encode(transcriptionRaw, forKey: .transcriptionRaw)
    try values.encode(transcriptionStreamPartial, forKey: .transcriptionStreamPartial)
    try values.encode(transcriptionFinal, forKey: .transcriptionFinal)
    // `encode` of an optional writes null where `encodeIfPresent` would leave the key out.
    try values.encode(transcriptionFinalConfidence, forKey: .transcriptionFinalConfidence)
    try values.encode(transcriptionFinalLatencyMilliseconds, forKey: .transcriptionFinalLatencyMilliseconds)
    try values.encode(transcriptionFinalCompletedAt, forKey: .transcriptionFinalCompletedAt)
    try values.encode(transcriptionConfidence, forKey: .transcriptionConfidence)
    try values.encode(aiModelVersion, forKey: .aiModelVersion)
    try values.encode(processingTime, forKey: .processingTime)
    try values.encode(timestamp, forKey: .timestamp)
    try values.encodeIfPresent(quoteSummary, forKey: .quoteSummary)
  }

  /// The payload as UTF-8 JSON with sorted keys: the same payload always has the same bytes.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

extension Contact {
  fileprivate init(from values: KeyedDecodingContainer<CRMPayload.CodingKeys>) throws {
    func text(_ key: CRMPayload.CodingKeys) throws -> String { try values.decode(String.self, forKey: key) }
    self.init(
      name: try text(.contactName), phone: try text(.contactPhone), email: try text(.contactEmail),
      account: try text(.account), service: try text(.service), customerID: try text(.customerID),
      customerType: try text(.customerType), accountAddress: try text(.accountAddress),
      assignedRep: try text(.assignedRep), region: try text(.region), leadSource: try text(.leadSource))
  }

  fileprivate func encode(into values: inout KeyedEncodingContainer<CRMPayload.CodingKeys>) throws {
    try values.encode(name, forKey: .contactName)
    try values.encode(phone, forKey: .contactPhone)
    try values.encode(email, forKey: .contactEmail)
    try values.encode(account, forKey: .account)
    try values.encode(service, forKey: .service)
    try values.encode(customerID, forKey: .customerID)
    try values.encode(customerType, forKey: .customerType)
    try values.encode(accountAddress, forKey: .accountAddress)
    try values.encode(assignedRep, forKey: .assignedRep)
    try values.encode(region, forKey: .region)
    try values.encode(leadSource, forKey: .leadSource)
  }
}
