"""Photos are read, split, changed and made up as they should be."""

import pytest
import torch
from PIL import Image

from models.tires import LABELS, backdrop
from trainers.tires import data


def write(folder, count=8, seed=0):
    """Write made-up photos as an ImageFolder."""
    photos = data.made_up(count, seed)
    for i, (picture, label) in enumerate(zip(photos.pictures, photos.labels, strict=True)):
        place = folder / LABELS[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(place / f"{i}.png")
    return photos


def test_folders_with_and_without_a_split_are_read(tmp_path):
    write(tmp_path / "split" / "train")
    write(tmp_path / "split" / "val", 4, seed=1)
    train, test = data.load(str(tmp_path / "split"))
    assert (len(train), len(test)) == (8, 4)
    write(tmp_path / "whole" / "Digital images", 20)
    train, test = data.load(str(tmp_path / "whole"))
    assert (len(train), len(test)) == (16, 4)
    assert test.labels.tolist() == [0, 0, 1, 1]
    with pytest.raises(SystemExit, match="no folders"):
        data.load(str(tmp_path / "split" / "train" / "good"))


def test_copies_are_found_mirrored_and_resaved_and_never_split():
    photos = data.made_up(10, 3)
    assert len(data.copies(photos.pictures[:5], photos.pictures[5:])) == 0
    noise = torch.randint(-8, 8, photos.pictures.shape)
    resaved = (photos.pictures.int() + noise).clamp(0, 255).to(torch.uint8).flip(3)
    assert set(map(tuple, data.copies(photos.pictures, resaved).tolist())) >= {
        (i, i) for i in range(10)
    }
    both = data.Photos(torch.cat([photos.pictures, resaved]), photos.labels.repeat(2))
    group = data.groups(both.pictures)
    assert torch.equal(group[:10], group[10:])
    rest, chosen = data.split(both, 0.4, seed=0)
    assert len(rest) + len(chosen) == 20
    assert len(data.copies(rest.pictures, chosen.pictures)) == 0


def test_a_plain_backdrop_is_found_and_exchanged():
    pixels = torch.full((3, 224, 224), 255, dtype=torch.uint8)
    pixels[:, 60:160, 60:160] = 30
    noise = torch.randint(0, 256, (3, 224, 224), dtype=torch.uint8)
    assert data.Photos(torch.stack([pixels, noise]), torch.zeros(2)).products.tolist() == [
        True,
        False,
    ]
    mask = backdrop(pixels)
    pasted = data.paste(pixels, torch.zeros_like(pixels), mask)
    assert pasted[:, :40].max() == 0
    assert torch.equal(pasted[:, 80:140, 80:140], pixels[:, 80:140, 80:140])


def test_augmentation_changes_pictures_and_keeps_their_form():
    photos = data.made_up(4, 0)
    augmentation = data.Augmentation(photos, True, size=96)
    for index in range(4):
        changed = augmentation(index)
        assert changed.shape == (3, 96, 96)
        assert changed.dtype == torch.uint8


@pytest.mark.parametrize("kind", data.KINDS)
def test_every_drawn_thing_is_a_picture_and_repeats_with_its_seed(kind):
    drawn = data.round_things(2, 5, (kind,))
    assert drawn.shape == (2, 3, 224, 224)
    assert torch.equal(drawn, data.round_things(2, 5, (kind,)))


@pytest.mark.parametrize(("size", "grid"), [((320, 240), (96, 16)), ((200, 200), (0, 0))])
def test_patches_are_the_corners_in_the_photos_own_pixels(tmp_path, size, grid):
    noise = torch.randint(0, 256, (3, *size[::-1]), dtype=torch.uint8)
    Image.fromarray(noise.permute(1, 2, 0).numpy()).save(tmp_path / "a.png")
    photos = data.made_up(2, 0)
    photos.files[0] = tmp_path / "a.png"
    found, made = data.patches(photos)
    assert found.shape == made.shape == (4, 3, 224, 224)
    assert torch.equal(made[0], photos.pictures[1])  # what is made up has no other pixels
    if min(size) >= 224:
        for patch, (left, top) in zip(
            found, [(0, 0), (grid[0], 0), (0, grid[1]), grid], strict=True
        ):
            assert torch.equal(patch, noise[:, top : top + 224, left : left + 224])
    else:  # enlarged, so that a patch is the whole photo
        assert torch.equal(found, found[:1].expand_as(found))


def test_patches_of_a_large_photo_touch_each_other(tmp_path):
    Image.new("RGB", (900, 300)).save(tmp_path / "a.png")
    photos = data.made_up(1, 0)
    photos.files[0] = tmp_path / "a.png"
    assert next(data.patches(photos)).shape == (4, 3, 224, 224)


def test_night_darkens_shaking_smears_and_noise_scatters():
    torch.manual_seed(0)
    grey = torch.full((3, 64, 64), 120, dtype=torch.uint8)
    point = torch.zeros(3, 64, 64, dtype=torch.uint8)
    point[:, 32, 32] = 255
    for _ in range(20):
        assert 0 < data.darkened(grey).max() <= 60
        moved = data.shaken(point).float()
        assert 2 <= (moved[0] > 0).sum() <= 26  # a line
        assert moved[0].sum() == pytest.approx(255, abs=15)  # the light stays
        assert 1 < data.noisy(grey).float().std() < 20
    assert torch.equal(data.shaken(grey), grey)


def test_photos_remember_their_files(tmp_path):
    write(tmp_path / "set", 4)
    photos = data.read(tmp_path / "set", "a")
    both = photos + data.made_up(2, 1)
    assert [path and path.parent.name for path in both.files] == [
        "defective",
        "defective",
        "good",
        "good",
        None,
        None,
    ]
    assert both[torch.tensor([3, 4])].files.tolist() == [both.files[3], None]


def test_a_cut_out_is_laid_on_a_background_and_a_photo_stays_as_it_is(tmp_path):
    cut_out = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    cut_out.paste((200, 0, 0, 255), (20, 10, 40, 30))
    cut_out.save(tmp_path / "a.png")
    Image.new("RGB", (60, 40), (0, 0, 200)).save(tmp_path / "b.png")
    found = {}
    for seed in range(8):
        pictures = data.others([tmp_path], most=2, seed=seed)
        assert pictures.shape == (2, 3, 224, 224)
        blue = (pictures[:, 2] == 200).flatten(1).all(dim=1)
        assert blue.sum() == 1
        laid = pictures[~blue][0]
        assert ((laid[0] > 190) & (laid[1:].amax(dim=0) < 10)).any()  # the red square
        found[tuple(laid[:, 0, 0].tolist())] = seed
    assert len(found) > 2  # backgrounds differ


def test_mixup_blends_pictures_and_labels_alike():
    photos = data.made_up(8, 0)
    photos.pictures[:] = (photos.labels * 255).view(-1, 1, 1, 1)
    augmentation = data.Augmentation(photos, 0.0, size=32)
    augmentation.geometry = augmentation.camera = lambda picture: picture
    for x, y in data.loader(photos, augmentation, 4, mixup=1.0):
        assert torch.allclose(x.mean(dim=(1, 2, 3)), y[:, 1], atol=1e-5)
        assert torch.allclose(y.sum(dim=1), torch.ones(4))
