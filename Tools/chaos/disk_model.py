"""What a disk may hold after a power cut.

Reads the record of Tests/Shims/disk_recorder.c and keeps, for each moment of it, what is certain to be on disk and what
was done since without a sync. `Disk.crashed` makes up one state out of those that the power cut could leave behind.

The rules are POSIX's, which are weaker than those of ext4 or XFS: the bytes of a file are certain after fsync of the
file, its name only after fsync of its folder. An unsynced write may be there, be missing, or be there in some of its
512-byte sectors; a name may be there without its bytes. A sync covers what was recorded before it began.
"""

import dataclasses
import os
import struct

HEADER = struct.Struct("<IIIIQqQ")
OPENED, WRITTEN, RESIZED, SYNCED, RENAMED, UNLINKED, MADE_FOLDER, SAID, UNKNOWN = range(1, 10)
SECTOR = 512


@dataclasses.dataclass
class Record:
    """One change, sync or word of a recorded process. `offset` is where it lies in the record."""

    offset: int
    kind: int
    pid: int
    path: str
    file: int
    position: int
    flags: int
    data: bytes


def read_records(path):
    """Every record of the file, in order."""
    with open(path, "rb") as file:
        content = file.read()
    records, offset = [], 0
    while offset < len(content):
        size, kind, pid, path_size, inode, position, flags = HEADER.unpack_from(content, offset)
        name_at = offset + HEADER.size
        name = content[name_at : name_at + path_size].decode()
        data = content[name_at + path_size : offset + size]
        if kind == UNKNOWN:
            raise ValueError(f"{name}: changed in a way that the model does not know")
        records.append(Record(offset, kind, pid, name, inode, position, flags, data))
        offset += size
    return records


class File:
    """The bytes that are certain, and the changes since: (offset in the record, position, bytes or None for a size)."""

    def __init__(self):
        self.durable = bytearray()
        self.pending = []

    def make_durable(self, before):
        """What was recorded before the sync began is certain from now on."""
        rest = []
        for change in self.pending:
            if change[0] < before:
                apply(self.durable, change[1], change[2])
            else:
                rest.append(change)
        self.pending = rest

    def survived(self, style, random):
        """One possible content after a power cut."""
        content = bytearray(self.durable)
        if style == "prefix":
            kept = random.randint(0, len(self.pending))
            for _, position, data in self.pending[:kept]:
                apply(content, position, data)
            for _, position, data in self.pending[kept : kept + 1]:
                apply_torn(content, position, data, random)
            return content
        for _, position, data in self.pending:
            fate = style if style in ("kept", "dropped") else random.choice(("kept", "dropped", "torn"))
            if fate == "kept":
                apply(content, position, data)
            elif fate == "torn":
                apply_torn(content, position, data, random)
        return content


def apply(content, position, data):
    """Does a write, or with data None sets the size."""
    if data is None:
        if position < len(content):
            del content[position:]
        else:
            content.extend(bytes(position - len(content)))
        return
    if position > len(content):
        content.extend(bytes(position - len(content)))
    content[position : position + len(data)] = data


def apply_torn(content, position, data, random):
    """Does a write in some of its sectors. The others keep what they held, or read as zeros where nothing was."""
    if data is None:
        return
    end = position + len(data)
    if random.random() < 0.5 and end > len(content):
        content.extend(bytes(end - len(content)))
    start = position
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        if random.random() < 0.5:
            apply(content, start, data[start - position : stop - position])
        start = stop


class Disk:
    """The files below one folder, as they are and as they are certain to be."""

    STYLES = ("dropped", "kept", "prefix", "mixed", "mixed")

    def __init__(self, root, deaf_to=None):
        """`deaf_to`: a function that says of a record whether the disk ignores that sync; for tests of the tests."""
        self.root = root
        self.deaf_to = deaf_to or (lambda record: False)
        self.by_inode = {}
        self.live = {}
        self.durable = {}
        self.pending = []

    def feed(self, record):
        """Goes one record further."""
        if record.kind == OPENED:
            self.opened(record)
        elif record.kind == WRITTEN:
            self.file(record).pending.append((record.offset, record.position, record.data))
        elif record.kind == RESIZED:
            self.file(record).pending.append((record.offset, record.position, None))
        elif record.kind == SYNCED:
            self.synced(record)
        elif record.kind == RENAMED:
            target = record.data.decode()
            file = self.live.pop(record.path, None)
            self.live[target] = file
            self.pending.append((record.offset, record.path, target, file))
        elif record.kind == UNLINKED:
            self.live.pop(record.path, None)
            self.pending.append((record.offset, record.path, None, None))
        elif record.kind == MADE_FOLDER:
            self.live[record.path] = None
            self.pending.append((record.offset, None, record.path, None))

    def file(self, record):
        return self.by_inode[record.file]

    def opened(self, record):
        if record.flags & 1:
            self.by_inode[record.file] = self.live[record.path] = File()
            self.pending.append((record.offset, None, record.path, self.live[record.path]))
        elif record.flags & 2:
            self.file(record).pending.append((record.offset, 0, None))

    def synced(self, record):
        if self.deaf_to(record):
            return
        if record.path in self.live and self.live[record.path] is not None:
            self.file(record).make_durable(record.position)
            return
        rest = []
        for change in self.pending:
            name = change[2] or change[1]
            if change[0] < record.position and os.path.dirname(name) == record.path:
                self.change_name(self.durable, change)
            else:
                rest.append(change)
        self.pending = rest

    @staticmethod
    def change_name(names, change):
        _, old, new, file = change
        if old is not None:
            names.pop(old, None)
        if new is not None:
            names[new] = file

    def crashed(self, random):
        """One possible state after a power cut now: path to bytes, None for a folder."""
        names = dict(self.durable)
        order = random.choice(("all", "none", "prefix", "any"))
        limit = random.randint(0, len(self.pending))
        for number, change in enumerate(self.pending):
            kept = {"all": True, "none": False, "prefix": number < limit, "any": random.random() < 0.5}[order]
            if kept:
                self.change_name(names, change)
        style = random.choice(self.STYLES)
        return {
            path: None if file is None else bytes(file.survived(style, random))
            for path, file in names.items()
            if self.has_folder(names, path)
        }

    def has_folder(self, names, path):
        """A file whose folder did not survive is gone with it."""
        folder = os.path.dirname(path)
        return path == self.root or folder == os.path.dirname(self.root) or folder in names

    def whole(self):
        """The state without a power cut."""
        state = {}
        for path, file in self.live.items():
            if file is None:
                state[path] = None
                continue
            content = bytearray(file.durable)
            for _, position, data in file.pending:
                apply(content, position, data)
            state[path] = bytes(content)
        return state
