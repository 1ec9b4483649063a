#include "words.h"

static const char *const company_names[] = {
	"Amber", "Anchor", "Arbor", "Arrow", "Aspen", "Atlas", "Basalt", "Beacon", "Bluebird", "Brightwater",
	"Bronze", "Cardinal", "Cascade", "Cedar", "Cobalt", "Compass", "Copper", "Coral", "Crescent", "Delta",
	"Eastgate", "Echo", "Ember", "Evergreen", "Falcon", "Fieldstone", "Firefly", "Foxglove", "Glacier",
	"Golden", "Granite", "Greenfield", "Harbor", "Heron", "Highland", "Horizon", "Indigo", "Ironwood",
	"Ivory", "Juniper", "Keystone", "Kingfisher", "Lakeside", "Lantern", "Lighthouse", "Linden", "Lumen",
	"Magnet", "Marble", "Meridian", "Midland", "Monarch", "Northwind", "Oakridge", "Obsidian", "Olive",
	"Orbit", "Osprey", "Pioneer", "Polar", "Quartz", "Quill", "Redwood", "Riverbend", "Saffron",
	"Sandpiper", "Sierra", "Silverline", "Skylark", "Solstice", "Sparrow", "Stonebridge", "Summit",
	"Sunrise", "Thistle", "Tidewater", "Timber", "Topaz", "Umbra", "Vantage", "Verdant", "Vertex",
	"Violet", "Westfield", "Willow", "Windward", "Wren", "Zenith"
};

static const char *const businesses[] = {
	"Analytics", "Aviation", "Bakery", "Biotech", "Books", "Brewing", "Builders", "Capital", "Chemicals",
	"Cloud", "Coffee", "Construction", "Consulting", "Data", "Dairy", "Design", "Dynamics", "Education",
	"Electric", "Energy", "Engineering", "Farms", "Films", "Finance", "Foods", "Freight", "Games", "Glass",
	"Health", "Hotels", "Instruments", "Insurance", "Labs", "Legal", "Logistics", "Machines", "Marine",
	"Materials", "Media", "Mobility", "Motors", "Networks", "Optics", "Paper", "Partners", "Pharma",
	"Power", "Press", "Properties", "Publishing", "Rail", "Research", "Robotics", "Security",
	"Semiconductors", "Shipping", "Software", "Solar", "Steel", "Studios", "Supply", "Systems", "Telecom",
	"Textiles", "Tools", "Trading", "Transport", "Travel", "Ventures", "Water", "Works"
};

static const char *const company_kinds[] = {
	"AB", "AG", "GmbH", "Group", "Inc.", "Ltd", "LLC", "Oy", "plc", "SA", "SpA"
};

static const char *const adjectives[] = {
	"Adjustable", "Classic", "Compact", "Cordless", "Curved", "Durable", "Ergonomic", "Foldable",
	"Handmade", "Heavy", "Insulated", "Lightweight", "Magnetic", "Mini", "Modular", "Outdoor", "Padded",
	"Portable", "Quiet", "Reversible", "Rugged", "Simple", "Sleek", "Slim", "Smart", "Solid", "Stackable",
	"Sturdy", "Thermal", "Travel", "Universal", "Vintage", "Waterproof", "Wide", "Wireless"
};

static const char *const materials[] = {
	"Aluminium", "Bamboo", "Brass", "Canvas", "Carbon", "Ceramic", "Copper", "Cork", "Cotton", "Felt",
	"Glass", "Granite", "Hemp", "Iron", "Leather", "Linen", "Marble", "Oak", "Paper", "Pine", "Plastic",
	"Rubber", "Silicone", "Silk", "Steel", "Stone", "Titanium", "Walnut", "Wicker", "Wool"
};

static const char *const things[] = {
	"Backpack", "Basket", "Bench", "Blanket", "Bookcase", "Bottle", "Bowl", "Box", "Brush", "Cable",
	"Chair", "Clock", "Cup", "Cushion", "Desk", "Drawer", "Fan", "Frame", "Gloves", "Hammer", "Hanger",
	"Hat", "Headphones", "Hook", "Jacket", "Kettle", "Keyboard", "Knife", "Ladder", "Lamp", "Mat",
	"Mirror", "Monitor", "Mouse", "Mug", "Notebook", "Pan", "Pen", "Pillow", "Planter", "Plate", "Pot",
	"Radio", "Rug", "Scale", "Scarf", "Shelf", "Shoes", "Sofa", "Speaker", "Stand", "Stool", "Table",
	"Tent", "Towel", "Tray", "Umbrella", "Vase", "Wallet", "Watch"
};

static const char *const colors[] = {
	"amber", "apricot", "aqua", "beige", "black", "blue", "bronze", "brown", "burgundy", "charcoal",
	"cobalt", "copper", "coral", "cream", "crimson", "cyan", "emerald", "fuchsia", "gold", "gray", "green",
	"indigo", "ivory", "jade", "khaki", "lavender", "lemon", "lilac", "lime", "magenta", "maroon", "mint",
	"mustard", "navy", "ochre", "olive", "orange", "orchid", "peach", "pink", "plum", "purple", "red",
	"rose", "ruby", "rust", "salmon", "sand", "sapphire", "scarlet", "sienna", "silver", "tan", "teal",
	"turquoise", "umber", "vermilion", "violet", "white", "yellow"
};

const struct words words_company_names = WORDS(company_names);
const struct words words_businesses = WORDS(businesses);
const struct words words_company_kinds = WORDS(company_kinds);
const struct words words_adjectives = WORDS(adjectives);
const struct words words_materials = WORDS(materials);
const struct words words_things = WORDS(things);
const struct words words_colors = WORDS(colors);
