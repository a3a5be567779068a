/* Reads what messages in JSON say without building a value for any of them.
 *
 * Of each message that is as simple as nearly all are, the strings that its reader would yield are
 * put together as one text. What is not so simple, or broken, or not there as a whole, is left to
 * the reader: nothing is decided here.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

#include "_strings.h"

#include "_marks.h"

enum { DISCORD = 0, SLACK = 1 };

/* Whether a key is a name for the value behind it. */
static int is_label(const Key *key)
{
    return is(key, "title") || is(key, "name") || is(key, "label");
}

/* Let a line go on from the one before, which names it. */
static void named(Text *out, size_t line)
{
    put(out, 0);
    if (out->failed)
        return;
    memmove(out->data + line + 1, out->data + line, out->size - line - 1);
    out->data[line] = ':';
    out->data[line + 1] = ' ';
}

/* The strings of any value, a line each; with `room`, marks of Slack are undone. */
static const unsigned char *leaves(const unsigned char *at, const unsigned char *end,
                                   const Words *skip, Text *out, Text *room, int depth)
{
    if (depth > DEEPEST || at >= end)
        return NULL;
    if (*at == '"') {
        size_t before = out->size;
        put(out, '\n');
        at = string(at, end, out);
        if (at != NULL && out->size == before + 1)
            out->size = before;
        else if (at != NULL && room != NULL && !unmarked(out, before, NULL, room))
            return NULL;
        return at;
    }
    if (*at != '{' && *at != '[')
        return skipped(at, end, depth);
    int over, labelled = 0;
    const int object = *at == '{';
    const unsigned char close = object ? '}' : ']';
    at = into(at, end, close, &over);
    while (at != NULL && !over) {
        Key key = {0};
        int dull = 0;
        if (object) {
            at = name(at, end, &key);
            if (at == NULL)
                return NULL;
            dull = known(skip, &key);
        } else if (at >= end) {
            return NULL;
        }
        const unsigned char first = *at;
        const size_t line = out->size;
        at = dull ? skipped(at, end, depth) : leaves(at, end, skip, out, room, depth + 1);
        if (at != NULL && object && !dull) {
            if (first == '"' && out->size > line) {
                if (labelled && is(&key, "value"))
                    named(out, line);
                labelled = is_label(&key);
            } else if (first == '{' || first == '[') {
                labelled = 0;
            }
        }
        at = after(at, end, close, &over);
    }
    return at;
}

/* What an item of a line of rich text may have, in the order in which it is asked. */
enum { TYPE, TEXT, URL, USER, CHANNEL, NAME, FALLBACK, PARTS };

static int is_leaf(const Key *type)
{
    static const char *const leaf[] = {"text",  "link",      "user",      "channel", "emoji", "date",
                                       "color", "broadcast", "usergroup", "team",    "canvas"};
    for (size_t one = 0; one < sizeof leaf / sizeof *leaf; one++) {
        if (is(type, leaf[one]))
            return 1;
    }
    return 0;
}

/* Read the values of an item; those that are no strings stay empty. */
static const unsigned char *values(const unsigned char *at, const unsigned char *end,
                                   const unsigned char **found)
{
    static const char *const names[] = {"type",       "text", "url",     "user_id",
                                        "channel_id", "name", "fallback"};
    int over;
    if (at >= end || *at != '{')
        return NULL;
    at = into(at, end, '}', &over);
    while (at != NULL && !over) {
        Key key;
        at = name(at, end, &key);
        if (at == NULL)
            return NULL;
        for (int one = 0; one < PARTS; one++) {
            if (is(&key, names[one])) {
                if (found[one] != NULL)
                    return NULL;
                found[one] = at;
            }
        }
        at = after(skipped(at, end, 0), end, '}', &over);
    }
    return at;
}

/* An item of a line of rich text; addresses behind labels go to `behind`. */
static const unsigned char *item(const unsigned char *at, const unsigned char *end, Text *line,
                                 Text *behind)
{
    const unsigned char *found[PARTS] = {0};
    at = values(at, end, found);
    Key type;
    if (at == NULL || found[TYPE] == NULL || *found[TYPE] != '"')
        return NULL;
    type.data = found[TYPE] + 1;
    type.size = (size_t)(string(found[TYPE], end, NULL) - type.data - 1);
    if (!is_leaf(&type))
        return NULL;
    if (found[TEXT] != NULL && *found[TEXT] != '"')
        found[TEXT] = NULL;
    if (found[URL] != NULL && *found[URL] == '"' && found[URL][1] != '"') {
        if (found[TEXT] == NULL || found[TEXT][1] == '"')
            return string(found[URL], end, line) ? at : NULL;
        size_t before = line->size, size = behind->size;
        string(found[TEXT], end, line);
        put(behind, '\n');
        string(found[URL], end, behind);
        if (behind->failed || line->failed)
            return NULL;
        int inside = contains(behind->data + size + 1, behind->size - size - 1,
                              line->data + before, line->size - before);
        if (inside == 1)
            behind->size = size;
        return inside < 0 ? NULL : at;
    }
    int one = found[TEXT] != NULL      ? TEXT
              : is(&type, "user")    ? USER
              : is(&type, "channel") ? CHANNEL
              : is(&type, "emoji")   ? NAME
                                     : FALLBACK;
    if (found[one] != NULL && *found[one] == '"')
        string(found[one], end, line);
    return at;
}

/* The items of a line of rich text. */
static const unsigned char *line(const unsigned char *at, const unsigned char *end, Text *out,
                                 Text *behind)
{
    int over;
    const size_t before = out->size;
    put(out, '\n');
    at = into(at, end, ']', &over);
    while (at != NULL && !over)
        at = after(item(at, end, out, behind), end, ']', &over);
    if (out->size == before + 1)
        out->size = before;
    append(out, behind->data, behind->size);
    return at;
}

/* A part of a block of rich text: its items are one line. */
static const unsigned char *section(const unsigned char *at, const unsigned char *end, Text *out,
                                    Text *behind)
{
    int over, lines = 0;
    behind->size = 0;
    if (at >= end || *at != '{')
        return NULL;
    at = into(at, end, '}', &over);
    while (at != NULL && !over) {
        Key key;
        at = name(at, end, &key);
        if (at == NULL)
            return NULL;
        if (is(&key, "elements")) {
            if (lines++ || *at != '[')
                return NULL;
            at = line(at, end, out, behind);
        } else {
            at = skipped(at, end, 0);
        }
        at = after(at, end, '}', &over);
    }
    return lines ? at : NULL;
}

/* The parts of a block of rich text, of which there is at least one. */
static const unsigned char *sections(const unsigned char *at, const unsigned char *end, Text *out,
                                     Text *behind)
{
    int over;
    at = into(at, end, ']', &over);
    if (over)
        return NULL;
    while (at != NULL && !over)
        at = after(section(at, end, out, behind), end, ']', &over);
    return at;
}

/* The blocks of a message, if they are one of rich text. */
static const unsigned char *blocks(const unsigned char *at, const unsigned char *end, Text *out,
                                   Text *behind)
{
    int over, keys = 0, rich = 0, parts = 0;
    if (*at == 'n')
        return skipped(at, end, 0);
    if (*at != '[')
        return NULL;
    at = into(at, end, ']', &over);
    if (over)
        return at;
    if (at >= end || *at != '{')
        return NULL;
    at = into(at, end, '}', &over);
    while (at != NULL && !over) {
        Key key;
        at = name(at, end, &key);
        if (at == NULL || ++keys > 3)
            return NULL;
        if (is(&key, "type")) {
            if (end - at < 11 || memcmp(at, "\"rich_text\"", 11) != 0)
                return NULL;
            at += 11;
            rich++;
        } else if (is(&key, "elements")) {
            if (parts++ || *at != '[')
                return NULL;
            at = sections(at, end, out, behind);
        } else {
            at = skipped(at, end, 0);
        }
        at = after(at, end, '}', &over);
    }
    at = after(at, end, ']', &over);
    return rich == 1 && parts && over ? at : NULL;
}

typedef struct {
    int style;
    Words known, inner;
    Text first, lines, rest, links, room;
} Reader;

/* A whole message: what it says is put into the three texts of the reader. */
static const unsigned char *record(const unsigned char *at, const unsigned char *end, Reader *its)
{
    const char *said = its->style == SLACK ? "text" : "content";
    int over, firsts = 0, blocked = 0;
    its->first.size = its->lines.size = its->rest.size = its->links.size = 0;
    at = into(at, end, '}', &over);
    if (over)
        return NULL;
    while (at != NULL && !over) {
        Key key;
        at = name(at, end, &key);
        if (at == NULL)
            return NULL;
        if (is(&key, said)) {
            if (firsts++)
                return NULL;
            if (*at != '"') {
                at = skipped(at, end, 0);
            } else {
                at = string(at, end, &its->first);
                if (at != NULL && its->style == SLACK &&
                    !unmarked(&its->first, 0, &its->links, &its->room))
                    return NULL;
            }
        } else if (its->style == SLACK && is(&key, "blocks")) {
            if (blocked++)
                return NULL;
            at = blocks(at, end, &its->lines, &its->room);
        } else if (its->style == SLACK && is(&key, "slackdump_thread_replies")) {
            return NULL;
        } else if (known(&its->known, &key)) {
            at = skipped(at, end, 0);
        } else {
            int marked = its->style == SLACK && (*at == '{' || *at == '[');
            at = leaves(at, end, &its->inner, &its->rest, marked ? &its->room : NULL, 0);
        }
        at = after(at, end, '}', &over);
    }
    return at;
}

/* Put the texts of a message together, as the reader would. */
static void join(Reader *its, Text *out)
{
    static const unsigned char between[] = "\n\x1e\n";
    Text *lines = &its->lines, *first = &its->first;
    append(out, between, 3);
    int same = lines->size == first->size + 1 && first->size > 0 &&
               memcmp(lines->data + 1, first->data, first->size) == 0;
    size_t start = out->size;
    if (!same && first->size) {
        append(out, first->data, first->size);
        append(out, lines->data, lines->size);
        append(out, its->links.data, its->links.size);
        append(out, its->rest.data, its->rest.size);
        return;
    }
    append(out, lines->data, lines->size);
    append(out, its->rest.data, its->rest.size);
    if (out->size > start && out->data != NULL) { /* the first one follows nothing */
        memmove(out->data + start, out->data + start + 1, out->size - start - 1);
        out->size--;
    }
}

static Py_ssize_t letters(const unsigned char *at, const unsigned char *end)
{
    Py_ssize_t count = 0;
    for (; at < end; at++)
        count += (*at & 0xC0) != 0x80;
    return count;
}

static PyObject *said(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *text, *known_words, *inner_words;
    Py_ssize_t letter, byte, target;
    Reader its = {0};
    if (!PyArg_ParseTuple(args, "UnnniO!O!", &text, &letter, &byte, &target, &its.style,
                          &PyTuple_Type, &known_words, &PyTuple_Type, &inner_words))
        return NULL;
    Py_ssize_t size;
    const unsigned char *data = (const unsigned char *)PyUnicode_AsUTF8AndSize(text, &size);
    if (data == NULL)
        return NULL;
    const Py_ssize_t length = PyUnicode_GetLength(text);
    const int ascii = length == size;
    if (letter < 0 || byte < 0 || byte > size || target < letter || target > length) {
        PyErr_SetString(PyExc_ValueError, "a place outside the text");
        return NULL;
    }
    if (words(&its.known, known_words) < 0 || words(&its.inner, inner_words) < 0)
        return NULL;
    const unsigned char *at = data + byte, *end = data + size;
    if (ascii) {
        at = data + target;
    } else {
        while (letter < target && at < end) {
            at++;
            while (at < end && (*at & 0xC0) == 0x80)
                at++;
            letter++;
        }
    }
    letter = target;
    Text out = {0}, marks = {0};
    const unsigned char *counted = at;
    for (;;) {
        const unsigned char *start = space(at, end);
        while (start < end && *start == ',')
            start = space(start + 1, end);
        if (start >= end || *start != '{')
            break;
        const unsigned char *stop = record(start, end, &its);
        if (stop == NULL || its.first.failed || its.lines.failed || its.rest.failed ||
            its.links.failed || its.room.failed)
            break;
        join(&its, &out);
        int64_t mark[3];
        letter += ascii ? start - counted : letters(counted, start);
        mark[0] = (int64_t)out.size;
        mark[1] = letter;
        letter += ascii ? stop - start : letters(start, stop);
        mark[2] = letter;
        append(&marks, (unsigned char *)mark, sizeof mark);
        at = counted = stop;
        if (out.failed || marks.failed)
            break;
    }
    PyObject *result = NULL;
    if (out.failed || marks.failed)
        PyErr_NoMemory();
    else
        result = Py_BuildValue("NNnn",
                               PyBytes_FromStringAndSize((char *)out.data, (Py_ssize_t)out.size),
                               PyBytes_FromStringAndSize((char *)marks.data, (Py_ssize_t)marks.size),
                               letter, (Py_ssize_t)(counted - data));
    free(out.data);
    free(marks.data);
    free(its.first.data);
    free(its.lines.data);
    free(its.rest.data);
    free(its.links.data);
    free(its.room.data);
    return result;
}

static PyMethodDef methods[] = {
    {"said", said, METH_VARARGS, "Return what simple messages say, and where each of them is."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_said", NULL, 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__said(void)
{
    return PyModule_Create(&module);
}
