import CKernels
import Foundation

/// Turns variables of a `model.bin` into packed weights of the compute type that is asked for.
struct WeightReader {
  let file: CTranslate2File
  let computeType: ComputeType

  /// A table of floats whatever the file stores, checked against `shape`; 8-bit rows are divided by their scale.
  func floats(_ name: String, shape: [Int]) throws(ModelError) -> FloatBuffer {
    let variable = try checked(name, shape: shape)
    let buffer = FloatBuffer(count: variable.count)
    file.withBytes(of: variable) { Self.convert($0, variable, into: buffer.base) }
    if variable.type == .int8 || variable.type == .int16 { try divideByScales(buffer, name, rows: shape.first ?? 1) }
    guard UnsafeBufferPointer(start: buffer.base, count: buffer.count).allSatisfy(\.isFinite) else {
      throw .badFile(file.url, reason: "'\(name)' holds values that are not numbers")
    }
    return buffer
  }

  func norm(_ name: String, width: Int) throws(ModelError) -> Norm {
    Norm(
      gamma: try floats(name + "/gamma", shape: [width]), beta: try floats(name + "/beta", shape: [width]))
  }

  func linear(_ name: String, outputs: Int, inputs: Int) throws(ModelError) -> Linear {
    let bias = file.variables[name + "/bias"] == nil ? nil : try floats(name + "/bias", shape: [outputs])
    let variable = name + "/weight"
    switch computeType {
    case .float32:
      let rows = try floats(variable, shape: [outputs, inputs])
      return Linear(outputs: outputs, inputs: inputs, weights: .float32(Self.pack(rows, outputs, inputs)), bias: bias)
    case .int8:
      let (rows, scales) = try int8Rows(variable, rows: outputs, width: inputs)
      let packed = ByteBuffer(count: ck_packed_s8_size(outputs, inputs))
      ck_pack_s8(outputs, inputs, rows.base, packed.base)
      return Linear(outputs: outputs, inputs: inputs, weights: .int8(packed, scales: scales), bias: bias)
    }
  }

  func embedding(_ name: String, vocabulary: Int, width: Int) throws(ModelError) -> Embedding {
    switch computeType {
    case .float32: .float32(try floats(name, shape: [vocabulary, width]))
    case .int8:
      try { () throws(ModelError) in
        let (rows, scales) = try int8Rows(name, rows: vocabulary, width: width)
        return .int8(rows, scales: scales)
      }()
    }
  }

  /// A convolution [outputs, inputs, 3], always in floats, turned to [outputs, 3, inputs].
  func convolution(_ name: String, outputs: Int, inputs: Int) throws(ModelError) -> Linear {
    let source = try floats(name + "/weight", shape: [outputs, inputs, 3])
    let turned = FloatBuffer(count: source.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for tap in 0..<3 {
          turned.base[(output * 3 + tap) * inputs + input] = source.base[(output * inputs + input) * 3 + tap]
        }
      }
    }
    return Linear(
      outputs: outputs, inputs: 3 * inputs, weights: .float32(Self.pack(turned, outputs, 3 * inputs)),
      bias: try floats(name + "/bias", shape: [outputs]))
  }

  // MARK: -

  private func checked(_ name: String, shape: [Int]) throws(ModelError) -> CTranslate2File.Variable {
    let variable = try file.variable(name)
    let flat = shape.count == 3 ? [shape[0], shape[1] * shape[2]] : shape  // 8-bit convolutions are stored flat
    guard variable.shape == shape || variable.shape == flat else {
      throw .wrongShape(file.url, name: name, found: variable.shape, expected: shape)
    }
    return variable
  }

  private static func convert(
    _ bytes: UnsafeRawBufferPointer, _ variable: CTranslate2File.Variable, into output: UnsafeMutablePointer<Float>
  ) {
    let count = variable.count
    guard let source = bytes.baseAddress else { return }
    switch variable.type {
    case .float32: UnsafeMutableRawPointer(output).copyMemory(from: source, byteCount: 4 * count)
    case .float16: ck_f16_to_f32(count, source, output)
    case .bfloat16: ck_bf16_to_f32(count, source, output)
    case .int8: for i in 0..<count { output[i] = Float(source.load(fromByteOffset: i, as: Int8.self)) }
    case .int16: for i in 0..<count { output[i] = Float(source.loadUnaligned(fromByteOffset: 2 * i, as: Int16.self)) }
    case .int32: for i in 0..<count { output[i] = Float(source.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self)) }
    }
  }

  /// `weight_scale` holds one value a row (8 bits) or one for all (16 bits).
  private func scales(of name: String, rows: Int) throws(ModelError) -> [Float] {
    let variable = try file.variable(name + "_scale")
    guard variable.type == .float32, variable.count == rows || variable.count == 1 else {
      throw .wrongShape(file.url, name: name + "_scale", found: variable.shape, expected: [rows])
    }
    let values = file.withBytes(of: variable) { bytes in
      (0..<variable.count).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    guard values.allSatisfy({ $0.isFinite && $0 != 0 }) else {
      throw .badFile(file.url, reason: "'\(name)_scale' holds zeros or values that are not numbers")
    }
    return values.count == rows ? values : Array(repeating: values[0], count: rows)
  }

  private func divideByScales(_ buffer: FloatBuffer, _ name: String, rows: Int) throws(ModelError) {
    let width = buffer.count / max(1, rows)
    for (row, scale) in try scales(of: name, rows: rows).enumerated() {
      for i in row * width..<(row + 1) * width { buffer.base[i] /= scale }
    }
  }

  /// The file's own 8-bit rows, or its floats quantised as CTranslate2 does: q = rint(w * 127 / max|w|).
  private func int8Rows(_ name: String, rows: Int, width: Int) throws(ModelError) -> (ByteBuffer, FloatBuffer) {
    let variable = try checked(name, shape: [rows, width])
    let values = ByteBuffer(count: rows * width)
    if variable.type == .int8 {
      file.withBytes(of: variable) { bytes in
        UnsafeMutableRawBufferPointer(start: values.base, count: values.count).copyMemory(from: bytes)
      }
      return (values, FloatBuffer(try scales(of: name, rows: rows)))
    }
    let floats = try floats(name, shape: [rows, width])
    let scales = FloatBuffer(count: rows)
    for row in 0..<rows {
      let source = UnsafeBufferPointer(start: floats.base + row * width, count: width)
      let largest = source.reduce(0) { max($0, abs($1)) }
      let scale = largest > 0 ? 127 / largest : 127
      scales.base[row] = scale
      for i in 0..<width {
        values.base[row * width + i] = Int8(max(-127, min(127, (source[i] * scale).rounded(.toNearestOrEven))))
      }
    }
    return (values, scales)
  }

  private static func pack(_ rows: FloatBuffer, _ outputs: Int, _ inputs: Int) -> FloatBuffer {
    let packed = FloatBuffer(count: ck_packed_f32_size(outputs, inputs))
    ck_pack_f32_rows(outputs, inputs, rows.base, inputs, packed.base)
    return packed
  }
}
