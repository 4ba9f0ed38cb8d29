"""files.*, as documented at docs.slack.dev/messaging/working-with-files: a URL, the bytes, then completion."""

from tests.servers.slack.calls import Call, Method
from tests.servers.slack.checks import JSON
from tests.servers.slack.content import part
from tests.servers.slack.world import File, Refusal, World


def get_upload_url(call: Call) -> JSON:
    name, length = call.text("filename"), call.text("length")
    if not length.isdigit() or int(length) < 1:
        raise Refusal("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    file = File(call.world.id("F"), name, int(length), call.perhaps("alt_txt") or "")
    call.world.files[file.id] = file
    return {"upload_url": f"{call.world.host}/upload/v1/{file.id}", "file_id": file.id}


def upload(world: World, file_id: str, data: bytes) -> tuple[int, str]:
    """Take the bytes: the HTTP status and the text that answer them."""
    file = world.files.get(file_id)
    if file is None or file.uploaded is not None:
        return 404, "not_found"
    if len(data) != file.length:
        return 400, f"length mismatch: announced {file.length}, got {len(data)}"
    file.data, file.uploaded = data, world.clock.now()
    world.log.write("upload", file=file.id, name=file.name, length=len(data), alt=file.alt)
    world.bell.ring()
    return 200, f"OK - {len(data)}"


def complete(call: Call) -> JSON:
    listed = part(call.args, "files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise Refusal("invalid_arguments", ["missing required field: files"])
    found = [call.world.files.get(str(one.get("id"))) for one in listed if isinstance(one, dict)]
    if None in found or any(file is not None and file.uploaded is None for file in found):
        raise Refusal("file_not_found")
    room = None
    if call.perhaps("channel_id"):
        room = call.room("channel_id")
        if call.world.bot_user.id not in room.members:
            raise Refusal("not_in_channel")
    files = [file for file in found if file is not None]
    for file, told in zip(files, listed, strict=True):
        file.completed, file.title = True, str(told.get("title") or file.name)
    described = [describe(call.world, file) for file in files]
    if room is not None:
        body = {"text": call.perhaps("initial_comment") or "", "files": described}
        call.world.keep(room, body, call.method, user=call.world.bot_user.id, ephemeral_to=None)
    call.world.bell.ring()
    return {"files": described}


def info(call: Call) -> JSON:
    file = call.world.files.get(call.text("file"))
    if file is None or file.uploaded is None:
        raise Refusal("file_not_found")
    return {"file": describe(call.world, file)}


def describe(world: World, file: File) -> JSON:
    """A file; what Slack finds out about it is missing until it is processed."""
    found: JSON = {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "size": file.length,
        "user": world.bot_user.id,
        "alt_txt": file.alt,
        "url_private": f"{world.host}/files-pri/{file.id}/{file.name}",
        "permalink": f"https://harbour.slack.com/files/{world.bot_user.id}/{file.id}/{file.name}",
        "mimetype": "",
        "filetype": "",
    }
    if world.ready(file):
        found |= {"mimetype": "image/png", "filetype": "png", "original_w": 800, "original_h": 600}
    return found


FILES = {
    "files.getUploadURLExternal": Method(get_upload_url, tier=4, scope="files:write"),
    "files.completeUploadExternal": Method(complete, tier=4, scope="files:write", json=True),
    "files.info": Method(info, tier=4, scope="files:read"),
}
