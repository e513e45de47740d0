// discord.js on the local Discord.
const {
  ActionRowBuilder, ApplicationCommandOptionType: Option, ApplicationCommandType, AttachmentBuilder,
  ButtonBuilder, ButtonStyle, ChannelType, Client, ContainerBuilder, Events, FileUploadBuilder,
  GatewayIntentBits, LabelBuilder, MessageFlags, ModalBuilder, StringSelectMenuBuilder,
  TextInputBuilder, TextInputStyle, UserSelectMenuBuilder,
} = require("discord.js");

// The library puts the version behind the address itself.
const api = process.env.DISCORD_API_URL.replace(/\/v10$/, "");
const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api } });

const option = (name, type, more = {}) => ({
  name, description: name, type, required: true, ...more,
});
const commands = [
  {
    name: "all",
    options: [
      option("text", Option.String),
      option("whole", Option.Integer),
      option("yes", Option.Boolean),
      option("person", Option.User),
      option("place", Option.Channel),
      option("role", Option.Role),
      option("anyone", Option.Mentionable),
      option("number", Option.Number),
      option("file", Option.Attachment),
    ],
  },
  {
    name: "tree",
    options: [
      { name: "twig", description: "A subcommand", type: Option.Subcommand },
      {
        name: "branch",
        description: "Has leaves",
        type: Option.SubcommandGroup,
        options: [
          {
            name: "leaf",
            description: "A subcommand of a group",
            type: Option.Subcommand,
            options: [option("word", Option.String)],
          },
        ],
      },
    ],
  },
  {
    name: "pick",
    options: [
      option("colour", Option.String, {
        choices: ["red", "green"].map((one) => ({ name: one, value: one })),
      }),
      option("fruit", Option.String, { autocomplete: true }),
    ],
  },
  ...["reply", "private", "deferred", "presses", "form", "cards", "files", "own"].map((name) => ({
    name,
  })),
].map((command) => ({ description: command.name, ...command }));
commands.push({ name: "Greet", type: ApplicationCommandType.User });
commands.push({ name: "Quote", type: ApplicationCommandType.Message });

const file = (name, content) => new AttachmentBuilder(Buffer.from(content), { name });

async function size(attachment) {
  return (await (await fetch(attachment.url)).arrayBuffer()).byteLength;
}

const acts = {
  async all(interaction) {
    const { options } = interaction;
    const sent = options.getAttachment("file");
    const anyone = options.getMentionable("anyone");
    const told = [
      options.getString("text"),
      options.getInteger("whole"),
      options.getBoolean("yes"),
      options.getUser("person").username,
      options.getChannel("place").name,
      options.getRole("role").name,
      anyone.user.username,
      options.getNumber("number"),
      sent.name,
      await size(sent),
    ];
    await interaction.reply(told.join(" "));
  },
  async tree(interaction) {
    const { options } = interaction;
    const leaf = options.getSubcommandGroup(false) === "branch";
    await interaction.reply(leaf ? `leaf ${options.getString("word")}` : options.getSubcommand());
  },
  async pick(interaction) {
    const { options } = interaction;
    await interaction.reply(`${options.getString("colour")} ${options.getString("fruit")}`);
  },
  async Greet(interaction) {
    await interaction.reply(`hello ${interaction.targetUser.username}`);
  },
  async Quote(interaction) {
    await interaction.reply(interaction.targetMessage.content);
  },
  async reply(interaction) {
    await interaction.reply({ content: "hello", withResponse: true });
    await interaction.editReply("hello, edited");
  },
  async private(interaction) {
    await interaction.reply({ content: "secret", flags: MessageFlags.Ephemeral });
  },
  async deferred(interaction) {
    await interaction.deferReply({ withResponse: true });
    await interaction.editReply("done");
    await interaction.followUp("a follow-up");
    await interaction.followUp({ content: "in private", flags: MessageFlags.Ephemeral });
    const gone = await interaction.followUp("to be deleted");
    await interaction.webhook.editMessage(gone, "to be deleted soon");
    await interaction.deleteReply(gone);
  },
  async presses(interaction) {
    const options = ["a", "b"].map((one) => ({ label: one, value: one }));
    const parts = [
      new ButtonBuilder().setLabel("Go").setCustomId("go").setStyle(ButtonStyle.Primary),
      new StringSelectMenuBuilder().setCustomId("pick").addOptions(options),
      new UserSelectMenuBuilder().setCustomId("people"),
    ];
    const components = parts.map((one) => new ActionRowBuilder().addComponents(one));
    await interaction.reply({ content: "press", components });
  },
  async form(interaction) {
    const text = new TextInputBuilder().setCustomId("text").setStyle(TextInputStyle.Short);
    const people = new UserSelectMenuBuilder().setCustomId("people");
    const upload = new FileUploadBuilder().setCustomId("file");
    await interaction.showModal(
      new ModalBuilder()
        .setCustomId("form")
        .setTitle("Form")
        .addLabelComponents(
          new LabelBuilder().setLabel("Text").setTextInputComponent(text),
          new LabelBuilder().setLabel("Person").setUserSelectMenuComponent(people),
          new LabelBuilder().setLabel("File").setFileUploadComponent(upload),
        ),
    );
  },
  async cards(interaction) {
    const card = new ContainerBuilder()
      .addTextDisplayComponents((text) => text.setContent("a card"))
      .addSectionComponents((section) =>
        section
          .addTextDisplayComponents((text) => text.setContent("beside"))
          .setThumbnailAccessory((thumbnail) => thumbnail.setURL("attachment://a.png")),
      )
      .addMediaGalleryComponents((gallery) =>
        gallery.addItems((item) => item.setURL("attachment://a.png")),
      )
      .addSeparatorComponents((separator) => separator)
      .addFileComponents((shown) => shown.setURL("attachment://a.txt"))
      .addActionRowComponents((row) =>
        row.setComponents(
          new ButtonBuilder().setLabel("Go").setCustomId("card").setStyle(ButtonStyle.Primary),
        ),
      );
    await interaction.reply({
      components: [card],
      files: [file("a.png", "picture"), file("a.txt", "content")],
      flags: MessageFlags.IsComponentsV2,
    });
  },
  async files(interaction) {
    await interaction.reply({ files: [file("a.txt", "content"), file("b.txt", "more")] });
  },
  async own(interaction) {
    await interaction.reply("begun");
    const here = await client.channels.fetch(interaction.channelId, { force: true });
    const mine = await here.send({ content: "mine", files: [file("a.txt", "content")] });
    await mine.edit({ content: "mine, edited", files: [file("b.txt", "more")] });
    await (await here.messages.fetch({ message: mine.id, force: true })).delete();
    const thread = await here.threads.create({ name: "talk", type: ChannelType.PublicThread });
    await thread.send("in a thread");
    await (await interaction.user.createDM(true)).send("in a DM");
    const guild = await client.guilds.fetch({ guild: interaction.guildId, force: true });
    const member = await guild.members.fetch({ user: interaction.user.id, force: true });
    await here.send(`looked up: ${guild.name}, ${here.name}, ${member.user.username}`);
  },
};

const presses = {
  go: (interaction) => interaction.update("pressed"),
  pick: (interaction) => interaction.reply(`picked ${interaction.values[0]}`),
  people: (interaction) => interaction.reply(`chosen ${interaction.users.first().username}`),
};

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    const found = ["apple", "apricot", "pear"].filter((one) => one.startsWith(typed));
    await interaction.respond(found.map((one) => ({ name: one, value: one })));
  } else if (interaction.isModalSubmit()) {
    const { fields } = interaction;
    const person = fields.getSelectedUsers("people").first().username;
    const sent = fields.getUploadedFiles("file").first();
    const told = [fields.getTextInputValue("text"), person, `${sent.name} ${await size(sent)}`];
    await interaction.reply(told.join("; "));
  } else if (interaction.isMessageComponent()) {
    await presses[interaction.customId](interaction);
  } else {
    await acts[interaction.commandName](interaction);
  }
});
client.once(Events.ClientReady, () => client.application.commands.set(commands));
client.login(process.env.DISCORD_TOKEN);
