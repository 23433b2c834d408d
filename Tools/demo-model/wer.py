"""Word error counts: lower-case letters, digits and spaces only."""


def words(text: str) -> list[str]:
    """The words of a text after the normaliser."""
    return "".join(c for c in text.lower() if c.isalnum() or c == " ").split()


def errors(reference: list[str], hypothesis: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            best = min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
            diagonal, row[j] = row[j], best
    return row[-1]
