/* What Slack marks in texts: entities, and the wraps of links, people and channels. */

/* How long an entity is that starts here. */
static size_t entity(const unsigned char *at, size_t left)
{
    if (left >= 5 && memcmp(at, "&amp;", 5) == 0)
        return 5;
    return left >= 4 && (memcmp(at, "&lt;", 4) == 0 || memcmp(at, "&gt;", 4) == 0) ? 4 : 0;
}

/* Add a text without its entities. */
static void plain(const unsigned char *at, size_t size, Text *out)
{
    const unsigned char *end = at + size;
    while (at < end) {
        const unsigned char *start = at;
        while (at < end && *at != '&')
            at++;
        append(out, start, (size_t)(at - start));
        if (at >= end)
            return;
        size_t long_ = entity(at, (size_t)(end - at));
        put(out, long_ == 5 || !long_ ? '&' : at[1] == 'l' ? '<' : '>');
        at += long_ ? long_ : 1;
    }
}

/* What may be compared to look for a label in an address: a pair that is long on both sides takes
 * minutes, and there is no other search that all compilers bring along. */
#define DEAR ((size_t)1 << 18)

/* Whether one text stands in another one; -1 where that is dear to find out. */
static int contains(const unsigned char *in, size_t size, const unsigned char *what, size_t part)
{
    if (part && size / part > 0 && size > DEAR / part)
        return -1;
    for (size_t at = 0; part <= size && at <= size - part; at++) {
        if (memcmp(in + at, what, part) == 0)
            return 1;
    }
    return 0;
}

/* Add what a wrap says, and to `links` the address behind a label; 0 where only the reader knows. */
static int wrapped(const unsigned char *at, size_t size, Text *out, Text *links)
{
    const unsigned char *bar = memchr(at, '|', size);
    size_t target = bar ? (size_t)(bar - at) : size;
    const unsigned char *label = bar ? bar + 1 : at + size;
    size_t rest = (size_t)(at + size - label);
    if (target == 0)
        return 0;
    if (*at == '@' || *at == '#' || *at == '!') {
        if (bar && *at != '!')
            put(out, *at);
        append(out, bar ? label : at, bar ? rest : size);
        return 1;
    }
    plain(rest ? label : at, rest ? rest : target, out);
    int inside = bar && links != NULL ? contains(at, target, label, rest) : 1;
    if (inside != 1) {
        if (inside < 0 || memchr(at, '&', target))
            return 0;
        put(links, '\n');
        append(links, at, target);
    }
    return 1;
}

/* Undo what is marked in a text from an offset on; 0 where only the reader knows how. */
static int unmarked(Text *text, size_t from, Text *links, Text *room)
{
    if (text->size == from)
        return 1;
    const unsigned char *at = text->data + from, *end = text->data + text->size;
    if (!memchr(at, '<', text->size - from) && !memchr(at, '&', text->size - from))
        return 1;
    room->size = 0;
    while (at < end) {
        const unsigned char *start = at;
        while (at < end && *at != '<')
            at++;
        plain(start, (size_t)(at - start), room);
        if (at >= end)
            break;
        const unsigned char *stop = at + 1;
        while (stop < end && *stop != '<' && *stop != '>')
            stop++;
        int blank = at + 1 < end && (at[1] == ' ' || (at[1] >= '\t' && at[1] <= '\r'));
        if (stop >= end || *stop == '<' || stop == at + 1 || blank) {
            put(room, *at++); /* no wrap */
            continue;
        }
        if (at[1] < ' ' || at[1] >= 0x7F || !wrapped(at + 1, (size_t)(stop - at - 1), room, links))
            return 0;
        at = stop + 1;
    }
    text->size = from;
    append(text, room->data, room->size);
    return 1;
}
