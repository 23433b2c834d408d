"""Word errors."""


def words(text: str) -> list[str]:
    """Lower-case words without marks."""
    return "".join(c for c in text.lower() if c.isalnum() or c == " ").split()


def table(reference: list[str], heard: list[str]) -> list[list[int]]:
    """Edit distances between the beginnings of both."""
    rows = [list(range(len(heard) + 1))]
    for i, word in enumerate(reference, 1):
        row = [i]
        for j, other in enumerate(heard, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (word != other)))
        rows.append(row)
    return rows


def errors(reference: list[str], heard: list[str]) -> int:
    """Substitutions, insertions and deletions."""
    return table(reference, heard)[-1][-1]


def aligned(reference: list[str], heard: list[str]) -> list[tuple[int, int]]:
    """Places of the words that both have, on a shortest way from one to the other; marks and case aside."""
    reference, heard = (["".join(words(text)) for text in texts] for texts in (reference, heard))
    rows, i, j, pairs = table(reference, heard), len(reference), len(heard), []
    while i and j:
        if rows[i][j] == rows[i - 1][j - 1] + (reference[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            if reference[i] == heard[j]:
                pairs.append((i, j))
        elif rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
