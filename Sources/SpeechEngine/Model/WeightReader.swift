import CKernels
import Foundation

/// Turns the tensors of a file into packed weights of the compute type that is asked for, one at a time: beside the packed
/// weights no more than one tensor is in memory.
struct WeightReader {
  let source: WeightSource
  let computeType: ComputeType
  /// Weights that were packed before.
  var packed: PackedFile?
  /// Takes what is packed now.
  var writer: PackedWriter?

  /// A table of floats whatever the file stores, checked against `shape`; parts are stacked by rows.
  func floats(_ name: String, shape: [Int]) throws(ModelError) -> FloatBuffer {
    try kept(name, count: shape.reduce(1, *)) { () throws(ModelError) in try read(name, shape) }
  }

  /// What was packed before, else what `make` makes.
  private func kept<Element>(
    _ name: String, count: Int, _ make: () throws(ModelError) -> Buffer<Element>
  ) throws(ModelError) -> Buffer<Element> {
    if let found: Buffer<Element> = packed?.buffer(name, count: count) { return found }
    let made = try make()
    writer?.add(name, made)
    return made
  }

  private func read(_ name: String, _ shape: [Int]) throws(ModelError) -> FloatBuffer {
    let parts = try checkedParts(name, shape)
    let buffer = FloatBuffer(count: shape.reduce(1, *))
    let partCount = buffer.count / parts.count
    for (index, part) in parts.enumerated() {
      guard let (stored, tensor) = part else { continue }  // zeros
      let values = buffer.base + index * partCount
      try tensor.write(to: values, name: stored)
      guard UnsafeBufferPointer(start: values, count: partCount).allSatisfy(\.isFinite) else {
        throw .badFile(tensor.file.url, reason: "'\(stored)' holds values that are not numbers")
      }
    }
    return buffer
  }

  func norm(_ name: String, width: Int) throws(ModelError) -> Norm {
    Norm(
      gamma: try floats(name + "/gamma", shape: [width]), beta: try floats(name + "/beta", shape: [width]))
  }

  func linear(_ name: String, outputs: Int, inputs: Int, biased: Bool = true) throws(ModelError) -> Linear {
    let bias = biased ? try floats(name + "/bias", shape: [outputs]) : nil
    let variable = name + "/weight"
    switch computeType {
    case .float32:
      let panels = try kept(variable + "/panels", count: ck_packed_f32_size(outputs, inputs)) {
        () throws(ModelError) in Self.pack(try read(variable, [outputs, inputs]), outputs, inputs)
      }
      return Linear(outputs: outputs, inputs: inputs, weights: .float32(panels), bias: bias)
    case .int8:
      let (panels, scales) = try int8Panels(variable, outputs, inputs)
      return Linear(outputs: outputs, inputs: inputs, weights: .int8(panels, scales: scales), bias: bias)
    }
  }

  private func int8Panels(_ name: String, _ outputs: Int, _ inputs: Int) throws(ModelError) -> (ByteBuffer, FloatBuffer)
  {
    let size = ck_packed_s8_size(outputs, inputs)
    if let panels: ByteBuffer = packed?.buffer(name + "/panels", count: size),
      let scales: FloatBuffer = packed?.buffer(name + "/scales", count: outputs)
    {
      return (panels, scales)
    }
    let panels = ByteBuffer(count: size)
    let scales = try readInt8(name, rows: outputs, width: inputs) { ck_pack_s8(outputs, inputs, $0, panels.base) }
    writer?.add(name + "/panels", panels)
    writer?.add(name + "/scales", scales)
    return (panels, scales)
  }

  /// A convolution [outputs, inputs, 3], always in floats, turned to [outputs, 3, inputs].
  func convolution(_ name: String, outputs: Int, inputs: Int) throws(ModelError) -> Linear {
    let panels = try kept(name + "/panels", count: ck_packed_f32_size(outputs, 3 * inputs)) {
      () throws(ModelError) in try turned(name, outputs, inputs)
    }
    return Linear(
      outputs: outputs, inputs: 3 * inputs, weights: .float32(panels),
      bias: try floats(name + "/bias", shape: [outputs]))
  }

  private func turned(_ name: String, _ outputs: Int, _ inputs: Int) throws(ModelError) -> FloatBuffer {
    let source = try read(name + "/weight", [outputs, inputs, 3])
    let turned = FloatBuffer(count: source.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for tap in 0..<3 {
          turned.base[(output * 3 + tap) * inputs + input] = source.base[(output * inputs + input) * 3 + tap]
        }
      }
    }
    return Self.pack(turned, outputs, 3 * inputs)
  }

  // MARK: -

  /// The parts of a tensor; each is checked to hold an equal share of the rows of `shape`.
  private func checkedParts(
    _ name: String, _ shape: [Int]
  ) throws(ModelError) -> [(name: String, tensor: Tensor)?] {
    let parts = try source.parts(of: name)
    let expected = [shape[0] / parts.count] + shape.dropFirst()
    let flat = shape.count == 3 ? [expected[0], expected[1] * expected[2]] : expected  // 8-bit convolutions
    for (stored, tensor) in parts.compactMap({ $0 }) where tensor.shape != expected && tensor.shape != flat {
      throw .wrongShape(tensor.file.url, name: stored, found: tensor.shape, expected: expected)
    }
    return parts
  }

  /// Shows `use` the file's own 8-bit rows, or its floats quantised as CTranslate2 does: q = rint(w * 127 / max|w|).
  /// - Returns: the scale of each row.
  private func readInt8(
    _ name: String, rows: Int, width: Int, _ use: (UnsafePointer<Int8>) -> Void
  ) throws(ModelError) -> FloatBuffer {
    let parts = try checkedParts(name, [rows, width])
    if parts.count == 1, let (stored, tensor) = parts[0], tensor.format == .int8 {
      tensor.withBytes { bytes in
        if let values = bytes.assumingMemoryBound(to: Int8.self).baseAddress { use(values) }
      }
      return FloatBuffer(try tensor.readScales(name: stored, rows: rows))
    }
    let values = ByteBuffer(count: rows * width)
    let floats = try read(name, [rows, width])
    let scales = FloatBuffer(count: rows)
    for row in 0..<rows {
      let source = UnsafeBufferPointer(start: floats.base + row * width, count: width)
      let largest = source.reduce(0) { max($0, abs($1)) }
      let scale = largest > .leastNormalMagnitude * 127 ? 127 / largest : 127
      scales.base[row] = scale
      for i in 0..<width {
        values.base[row * width + i] = Int8(max(-127, min(127, (source[i] * scale).rounded(.toNearestOrEven))))
      }
    }
    use(values.base)
    return scales
  }

  private static func pack(_ rows: FloatBuffer, _ outputs: Int, _ inputs: Int) -> FloatBuffer {
    let packed = FloatBuffer(count: ck_packed_f32_size(outputs, inputs))
    ck_pack_f32_rows(outputs, inputs, rows.base, inputs, packed.base)
    return packed
  }
}
