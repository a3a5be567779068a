/* What is new in a version, and what stays. See pure.py. */

typedef struct {
    uint64_t wide, narrow, ahead;
} Reach;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How far behind `at` an end must lie so that its gate sees nothing before `at`. */
static uint64_t settled(const byte *text, uint64_t at, uint64_t size, const Reach *reach)
{
    const byte *newline = memchr(text + at, '\n', (size_t)least(size - at, reach->wide));
    uint64_t line = newline ? (uint64_t)(newline - text) - at + 1 : reach->wide;
    return line > reach->narrow ? line : reach->narrow;
}

/* Where a window must start so that in it the gate of an end at `at` sees what it sees in the
   whole; no matter how much earlier if that is in the last window anyway, which goes to `met`. */
static uint64_t begin(const byte *text, uint64_t at, uint64_t met, const Reach *reach)
{
    uint64_t low = at > reach->wide ? at - reach->wide : 0, start = at;
    if (low < met)
        low = least(met, at);
    while (start > low && text[start - 1] != '\n')
        start--;
    if (start > low)
        start--; /* the newline itself */
    return least(start, at > reach->narrow ? at - reach->narrow : 0);
}

/* Add the window of what changed from `low` to `high`. */
static int widen(Numbers *windows, const byte *text, uint64_t low, uint64_t high, uint64_t size,
                 const Reach *reach)
{
    uint64_t *met = windows->used ? &windows->at[windows->used - 1] : NULL;
    high = least(high + settled(text, high, size, reach) + reach->ahead, size);
    low = begin(text, low > reach->ahead ? low - reach->ahead : 0, met ? *met : 0, reach);
    if (met && low <= *met) {
        if (high > *met)
            *met = high;
        return 0;
    }
    return push(windows, low) < 0 || push(windows, high) < 0 ? -1 : 0;
}

static int find_windows(const Copies *copies, const byte *text, const Reach *reach,
                        Numbers *windows)
{
    uint64_t same = 0; /* where the last copy ended */
    int ends = 0;

    for (size_t i = 0; i < count_of(copies); i++) {
        const Copy *copy = copies_of(copies) + i;
        if ((copy->start || copy->from)
            && widen(windows, text, same, copy->start, copies->size, reach) < 0)
            return -1;
        same = copy->start + copy->length;
        ends = same == copies->size && copy->from + copy->length == copies->base_size;
    }
    if (!ends && copies->size)
        return widen(windows, text, same, copies->size, copies->size, reach);
    return 0;
}

static PyObject *join(const Numbers *windows, PyObject *content, const byte *text, uint64_t size)
{
    uint64_t sum = 0;
    PyObject *joined;
    char *out;

    for (size_t i = 0; i < windows->used; i += 2)
        sum += windows->at[i + 1] - windows->at[i];
    if (sum == size) {
        Py_INCREF(content);
        return content;
    }
    joined = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)sum);
    if (!joined)
        return NULL;
    out = PyBytes_AsString(joined);
    for (size_t i = 0; i < windows->used; i += 2) {
        size_t length = (size_t)(windows->at[i + 1] - windows->at[i]);
        memcpy(out, text + windows->at[i], length);
        out += length;
    }
    return joined;
}

static int read_both(Copies *copies, const Py_buffer *raw, Py_ssize_t size, const Reach *reach)
{
    uint64_t absurd = (uint64_t)PY_SSIZE_T_MAX / 4;
    if (delta_copies(raw, copies) < 0)
        return -1;
    if (copies->size != (uint64_t)size)
        return broken("a delta that makes something else");
    if (reach->wide > absurd || reach->narrow > reach->wide || reach->ahead > absurd)
        return broken("a negative or absurd distance");
    return 0;
}

static PyObject *fresh(PyObject *self, PyObject *args)
{
    Py_buffer raw;
    PyObject *content, *joined = NULL, *pairs = NULL;
    Py_ssize_t wide, narrow, ahead;
    Numbers windows = {0};
    Copies copies = {0};
    Reach reach;
    const byte *text;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*Snnn", &raw, &content, &wide, &narrow, &ahead))
        return NULL;
    reach.wide = (uint64_t)wide; /* a negative one is absurd */
    reach.narrow = (uint64_t)narrow;
    reach.ahead = (uint64_t)ahead;
    text = (const byte *)PyBytes_AsString(content);
    if (read_both(&copies, &raw, PyBytes_Size(content), &reach) == 0
        && find_windows(&copies, text, &reach, &windows) == 0) {
        joined = join(&windows, content, text, copies.size);
        pairs = joined ? as_bytes(&windows) : NULL;
    }
    free(copies.list.at);
    free(windows.at);
    PyBuffer_Release(&raw);
    if (!pairs) {
        Py_XDECREF(joined);
        return NULL;
    }
    return Py_BuildValue("NN", joined, pairs);
}

/* --- What stays */

static size_t first_after(const byte *hits, size_t count, uint64_t end)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (read64(hits + middle * 8) >> END_SHIFT <= end)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int within(const Copies *copies, const Copy *copy, uint64_t end, uint64_t before,
                  uint64_t after)
{
    uint64_t stop = copy->from + copy->length;
    if ((copy->from || copy->start) && end - copy->from < before)
        return 0;
    return stop - end >= after
           || (stop == copies->base_size && copy->start + copy->length == copies->size);
}

typedef struct {
    Py_buffer hits, margins;
    Numbers kept, risky;
    Numbers moved; /* of what is kept and not risky: its number among the hits, and the hit */
} Hits;

#define BY_LINES (1u << 31)

/* The bytes before and behind an end that decide what comes of a hit. See `around` in
   pure_compare.py. */
static void around(const byte *text, uint64_t size, uint64_t end, uint32_t margin, uint64_t *before,
                   uint64_t *behind)
{
    uint64_t most = margin & ~BY_LINES, at = end;
    int newlines = 0;

    *before = *behind = most;
    if (!(margin & BY_LINES))
        return;
    while (at && end - at < most && newlines < 2)
        newlines += text[--at] == '\n';
    if (newlines == 2)
        *before = end - at;
    else if (!at)
        *before = least(most, end + 1);
    for (at = end, newlines = 0; at < size && at - end < most && newlines < 2;)
        newlines += text[at++] == '\n';
    if (newlines == 2)
        *behind = at - end;
    else if (at == size)
        *behind = least(most, size - end + 1);
}

static int inherit_copy(const Copies *copies, const Copy *copy, const byte *text,
                        const Reach *reach, Hits *hits)
{
    const byte *at = hits->hits.buf;
    size_t count = (size_t)hits->hits.len / 8;
    uint64_t before = 0;
    for (size_t i = first_after(at, count, copy->from); i < count; i++) {
        uint64_t hit = read64(at + i * 8), end = hit >> END_SHIFT, moved;
        uint64_t left, right;
        uint32_t gate = (uint32_t)(hit & GATE_MASK);
        if (end > copy->from + copy->length)
            break;
        if (!before)
            before = settled(text, copy->start, copies->size, reach);
        if (!within(copies, copy, end, before, reach->ahead))
            continue;
        if ((size_t)gate >= (size_t)hits->margins.len / 4)
            return broken("a hit of an unknown gate");
        if (hits->kept.used >= MAX_HITS)
            return broken("too many hits");
        moved = end - copy->from + copy->start;
        around(text, copies->size, moved, read32(hits->margins.buf, gate), &left, &right);
        moved = moved << END_SHIFT | gate;
        if (push(&hits->kept, moved) < 0)
            return -1;
        if (!within(copies, copy, end, left, right)) {
            if (push(&hits->risky, moved) < 0)
                return -1;
        } else if (push(&hits->moved, i) < 0 || push(&hits->moved, moved) < 0) {
            return -1;
        }
    }
    return 0;
}

/* The hits of a base that stay. */
static int inherit_all(const Copies *copies, const byte *text, const Reach *reach, Hits *hits)
{
    int got = 0;
    for (size_t i = 0; got == 0 && i < count_of(copies); i++)
        got = inherit_copy(copies, copies_of(copies) + i, text, reach, hits);
    return got;
}

static PyObject *inherit(PyObject *self, PyObject *args)
{
    Py_buffer raw;
    PyObject *content, *result = NULL;
    Py_ssize_t wide, narrow, ahead;
    Hits hits = {0};
    Copies copies = {0};
    const byte *text;
    Reach reach;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*Sy*nnny*", &raw, &content, &hits.hits, &wide, &narrow, &ahead,
                          &hits.margins))
        return NULL;
    reach.wide = (uint64_t)wide;
    reach.narrow = (uint64_t)narrow;
    reach.ahead = (uint64_t)ahead;
    text = (const byte *)PyBytes_AsString(content);
    if (read_both(&copies, &raw, PyBytes_Size(content), &reach) == 0
        && inherit_all(&copies, text, &reach, &hits) == 0)
        result = Py_BuildValue("NN", as_bytes(&hits.kept), as_bytes(&hits.risky));
    free(copies.list.at);
    free(hits.kept.at);
    free(hits.risky.at);
    free(hits.moved.at);
    PyBuffer_Release(&raw);
    PyBuffer_Release(&hits.hits);
    PyBuffer_Release(&hits.margins);
    return result;
}
