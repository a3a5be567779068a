/* Versions that wait, and what of them is scanned. */

/* Scan what waits. */
static int flush(Bulk *b)
{
    Version **queue = (Version **)b->queue.at;
    size_t count = b->queue.used / sizeof *queue, i = 0;
    int got = 0;

    b->found.used = 0;
    if (b->joined.used)
        got = scan_text(b, b->joined.at, b->joined.used);
    if (got == 0)
        got = lines_learn(b->lines, &b->stretches, &b->found);
    for (; got == 0 && i < count; i++) {
        got = settle(b, queue[i]);
        queue[i]->queued = 0;
        version_rest(queue[i]);
        version_drop(queue[i]);
    }
    for (; i < count; i++) {
        queue[i]->queued = 0;
        version_drop(queue[i]);
    }
    b->queue.used = b->joined.used = b->windows.used = b->stretches.used = b->recalled.used = 0;
    b->waiting = 0;
    if (got < 0 || b->lines->known.full || b->lines->hits.used > REMEMBERED)
        lines_clear(b->lines);
    return got;
}

/* Scan a part of a version with what waits. */
static int add_window(Bulk *b, const Version *v, const byte *text, uint64_t low, uint64_t high)
{
    uint64_t *last = b->windows.used > v->first ? &b->windows.at[b->windows.used - 1] : NULL;

    /* Not if it begins before the one that was joined last: what is between is not there. */
    if (last && low <= *last && low >= last[-1]) {
        low = *last;
        if (high <= low)
            return 0;
        *last = high;
    } else if (push(&b->windows, low) < 0 || push(&b->windows, high) < 0) {
        return -1;
    }
    return append(&b->joined, text + low, (size_t)(high - low));
}

/* Take note of a stretch that was scanned before, or scan it. */
static int add_stretch(Bulk *b, const Version *v, const byte *text, uint64_t low, uint64_t high,
                       uint64_t size, uint64_t key)
{
    Table *known = &b->lines->known;
    uint64_t before = b->reach.narrow + 1; /* the newline itself */
    size_t slot = slot_of(known, key);
    Waiting waiting = {key, 0, 0, 0, 0};

    if (known->keys[slot]) {
        Known recalled = {low, 0};
        if (!(known->keys[slot] & 1))
            return 0;
        recalled.value = lines_recall(b->lines, &b->stretches, key);
        return append(&b->recalled, &recalled, sizeof recalled);
    }
    if (add_window(b, v, text, low > before ? low - before : 0, least(size, high + b->reach.ahead)) < 0)
        return -1;
    if (table_room(known) < 0)
        return -1;
    if (known->full)
        return 0;
    known->keys[slot_of(known, key)] = key | 1;
    known->used++;
    waiting.high = b->joined.used - (b->windows.at[b->windows.used - 1] - high);
    waiting.low = waiting.high - (high - low);
    return lines_wait(b->lines, &b->stretches, waiting);
}

/* Look up what was cut of a version: its stretches, and parts that are none. */
static int add_pieces(Bulk *b, const Version *v, const byte *text, uint64_t size)
{
    int got = 0;

    for (size_t i = 0; got == 0 && i < b->cut; i++) {
        const Piece *piece = b->pieces + i;
        got = piece->key ? add_stretch(b, v, text, piece->low, piece->high, size, piece->key)
                         : add_window(b, v, text, piece->low, piece->high);
    }
    b->cut = 0;
    return got;
}

/* Take note of a piece; what is known of it is looked up later, when memory has come up with it. */
static int cut(Bulk *b, const Version *v, const byte *text, uint64_t low, uint64_t high,
               uint64_t size, uint64_t key)
{
    const Table *known = &b->lines->known;

    if (key)
        fetch(&known->keys[first_slot(known, key)]);
    b->pieces[b->cut++] = (Piece){low, high, key};
    return b->cut == PIECES ? add_pieces(b, v, text, size) : 0;
}

/* Go through the lines of a window: of those that were scanned before, hits are known. */
static int narrow_down(Bulk *b, const Version *v, const byte *text, uint64_t low, uint64_t high,
                       uint64_t size)
{
    uint64_t at = low, back = low > LOOK ? low - LOOK : 0;

    while (at > back && text[at - 1] != '\n')
        at--;
    if (at && text[at - 1] != '\n') {
        const byte *newline = memchr(text + low, '\n', (size_t)(high - low));
        if (!newline)
            return cut(b, v, text, low, high, size, 0);
        at = (uint64_t)(newline - text) + 1;
        if (cut(b, v, text, low, least(high, at + b->reach.ahead), size, 0) < 0)
            return -1;
    }
    while (at < high) {
        uint64_t end = stretch(text, at, high, size), before = b->reach.narrow + 1;
        if (!end)
            return cut(b, v, text, at > before ? at - before : 0, high, size, 0);
        if (cut(b, v, text, at, end, size, key_of(b->lines, text, at, end, size, &b->reach)) < 0)
            return -1;
        at = end;
    }
    return 0;
}

/* Put a version into the queue: plain text that is to be scanned. */
static int enqueue(Bulk *b, Version *v)
{
    const byte *text = (const byte *)PyBytes_AsString(v->content);
    uint64_t size = (uint64_t)PyBytes_Size(v->content);

    b->scratch.used = 0;
    if (v->base && v->base->plain) {
        if (find_windows(&v->copies, text, &b->reach, &b->scratch) < 0)
            return -1;
    } else if (size && (push(&b->scratch, 0) < 0 || push(&b->scratch, size) < 0)) {
        return -1;
    }
    if (append(&b->joined, "\n", 1) < 0)
        return -1;
    v->at = b->joined.used;
    v->first = b->windows.used;
    v->low = b->recalled.used / sizeof(Known);
    for (size_t i = 0; i < b->scratch.used; i += 2)
        if (narrow_down(b, v, text, b->scratch.at[i], b->scratch.at[i + 1], size) < 0)
            return -1;
    if (add_pieces(b, v, text, size) < 0)
        return -1;
    v->last = b->windows.used;
    v->high = b->recalled.used / sizeof(Known);
    if (append(&b->queue, &v, sizeof v) < 0)
        return -1;
    v->uses++;
    v->queued = 1;
    b->waiting += size;
    return b->joined.used > b->together || b->waiting > b->most ? flush(b) : 0;
}
