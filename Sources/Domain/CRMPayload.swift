/// The JSON object that a CRM receives for one saved note. The field names are a contract with existing receivers;
/// a field without a value is sent as null, except `quote_summary`, which is left out.
public struct CRMPayload: Sendable, Equatable {
  public var contact: Contact
  /// The note as saved.
  public var note: String
  public var notePolished: String
  public var transcriptionRaw: String
  public var transcriptionStreamPartial: String
  /// The final transcript, or "" until there is one.
  public var transcriptionFinal: String
  /// 0...1, null until there is a final transcript.
  public var transcriptionFinalConfidence: Double?
  /// Milliseconds, null until there is a final transcript.
  public var transcriptionFinalLatencyMilliseconds: Int?
  /// UTC, ISO 8601; null until there is a final transcript.
  public var transcriptionFinalCompletedAt: String?
  /// 0...1.
  public var transcriptionConfidence: Double
  public var aiModelVersion: String
  /// Seconds spent on transcription and polish.
  public var processingTime: Double
  /// When the note was saved: local time, ISO 8601 to the second, without a zone.
  public var timestamp: String
  public var quoteSummary: QuoteSummary?

  public init(
    contact: Contact, note: String, notePolished: String, transcriptionRaw: String,
    transcriptionStreamPartial: String = "", transcriptionFinal: String = "",
    transcriptionFinalConfidence: Double? = nil, transcriptionFinalLatencyMilliseconds: Int? = nil,
    transcriptionFinalCompletedAt: String? = nil, transcriptionConfidence: Double, aiModelVersion: String,
    processingTime: Double, timestamp: String, quoteSummary: QuoteSummary? = nil
  ) {
    self.contact = contact
    self.note = note
    self.notePolished = notePolished
    self.transcriptionRaw = transcriptionRaw
    self.transcriptionStreamPartial = transcriptionStreamPartial
    self.transcriptionFinal = transcriptionFinal
    self.transcriptionFinalConfidence = transcriptionFinalConfidence
    self.transcriptionFinalLatencyMilliseconds = transcriptionFinalLatencyMilliseconds
    self.transcriptionFinalCompletedAt = transcriptionFinalCompletedAt
    self.transcriptionConfidence = transcriptionConfidence
    self.aiModelVersion = aiModelVersion
    self.processingTime = processingTime
    self.timestamp = timestamp
    self.quoteSummary = quoteSummary
  }
}

/// The quote that a note carries, if the rep built one.
public struct QuoteSummary: Sendable, Equatable, Codable {
  /// Something sold on top of the base service.
  public struct Upsell: Sendable, Equatable, Codable {
    public let name: String
    public let price: Double

    public init(name: String, price: Double) {
      self.name = name
      self.price = price
    }
  }

  public let service: String
  public let basePrice: Double
  public let upsells: [Upsell]
  public let currency: String
  public let total: Double
  /// UTC, ISO 8601.
  public let generatedAt: String

  public init(
    service: String, basePrice: Double, upsells: [Upsell], currency: String, total: Double, generatedAt: String
  ) {
    self.service = service
    self.basePrice = basePrice
    self.upsells = upsells
    self.currency = currency
    self.total = total
    self.generatedAt = generatedAt
  }

  enum CodingKeys: String, CodingKey {
    case service, upsells, currency, total
    case basePrice = "base_price"
    case generatedAt = "generated_at"
  }
}
